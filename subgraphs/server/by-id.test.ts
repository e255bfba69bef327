import { expect, it } from 'vitest';

import { AppError } from '../../kernel/errors.ts';
import { byId } from './by-id.ts';
import type { SubgraphContext } from './context.ts';

// Loaders only keep it as the key of what they made.
const someContext = () => ({}) as SubgraphContext;

it('answers the other rows when one cannot be read', async () => {
  const rows = byId((_, ids) => {
    if (ids.includes('bad')) return Promise.reject(new TypeError('a row of another shape'));
    return Promise.resolve(new Map(ids.map((id) => [id, `row ${id}`])));
  })(someContext());
  const results = await Promise.allSettled(['a', 'bad', 'b', 'c'].map((id) => rows.load(id)));
  expect(results).toMatchObject([
    { value: 'row a' },
    { reason: { message: 'a row of another shape' } },
    { value: 'row b' },
    { value: 'row c' },
  ]);
});

it('asks once when the platform itself says no', async () => {
  let asked = 0;
  const rows = byId<string>(() => {
    asked += 1;
    return Promise.reject(new AppError('FORBIDDEN', 'this is not allowed'));
  })(someContext());
  const results = await Promise.allSettled(['a', 'b', 'c'].map((id) => rows.load(id)));
  expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
  expect(asked).toBe(1);
});
