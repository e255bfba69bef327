import { describe, expect, it } from 'vitest';
import { isolating } from './isolating.ts';

const databaseFault = (code: string): Error =>
  Object.assign(new Error(`database says ${code}`), { code });

describe('isolating a member', () => {
  it('keeps results in the order of members when it halves a batch', async () => {
    const run = isolating<number, number>((members) => {
      if (members.includes(3)) return Promise.reject(databaseFault('23505'));
      return Promise.resolve(members.map((member) => member * 10));
    });
    const results = await run([1, 2, 3, 4, 5]);
    expect(results.map((result) => (result instanceof Error ? 'refused' : result))).toEqual([
      10,
      20,
      'refused',
      40,
      50,
    ]);
  });

  it('does not halve a batch for a fault that is nobody in particular', async () => {
    let tries = 0;
    const run = isolating<number, number>(() => {
      tries += 1;
      return Promise.reject(databaseFault('08006'));
    });
    expect(await run([1, 2])).toMatchObject([{ code: '08006' }, { code: '08006' }]);
    expect(tries).toBe(1);
  });
});
