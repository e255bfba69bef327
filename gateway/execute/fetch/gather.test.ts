import { describe, expect, it } from 'vitest';
import type { FetchNode } from '../../plan/plan.ts';
import type { TypeIndex } from '../../supergraph/type-index.ts';
import type { DataObject } from '../data.ts';
import type { Run } from '../run.ts';
import { createPart, gather } from './gather.ts';

// Only what gathering asks of them.
const types = { satisfies: (name: string, condition: string) => name === condition } as TypeIndex;

function gathered(items: readonly DataObject[], required: readonly string[]) {
  const fetch: FetchNode = {
    kind: 'Fetch',
    serviceName: 'stock',
    operationKind: 'query',
    operation:
      'query($representations: [_Any!]!) { _entities(representations: $representations) { ... on Item { left } } }',
    requires: [
      {
        kind: 'InlineFragment',
        typeCondition: 'Item',
        selections: ['__typename', ...required].map((name) => ({ kind: 'Field', name })),
      },
    ],
  };
  const run = { data: { items: [...items] }, failures: new Map() } as unknown as Run;
  const { representations, positions, targets } = gather(
    run,
    createPart(fetch, ['items', '@'], types),
    '_entities',
  );
  return { texts: representations, positions, targets: targets.length };
}

const item = (id: DataObject['id'], size: number): DataObject => ({ __typename: 'Item', id, size });

describe('gather', () => {
  it('asks once for what is the same at several places', () => {
    const { texts, positions, targets } = gathered(
      [item('a', 1), item('b', 1), item('a', 1), item('b', 1)],
      ['id', 'size'],
    );
    expect(texts).toEqual([
      '{"__typename":"Item","id":"a","size":1}',
      '{"__typename":"Item","id":"b","size":1}',
    ]);
    expect([positions, targets]).toEqual([[0, 1, 0, 1], 4]);
  });

  it('tells objects of one key apart by all else that is required', () => {
    const { texts, positions } = gathered(
      [item('a', 1), item('a', 2), item('b', 1), item('a', 1)],
      ['id', 'size'],
    );
    expect(texts).toEqual([
      '{"__typename":"Item","id":"a","size":1}',
      '{"__typename":"Item","id":"a","size":2}',
      '{"__typename":"Item","id":"b","size":1}',
    ]);
    expect(positions).toEqual([0, 1, 2, 0]);
  });

  it('tells 1 from "1", and finds those without the key', () => {
    const { texts, positions } = gathered(
      [item(1, 1), item('1', 1), item(null, 1), item(1, 1), item(null, 1), item('1', 1)],
      ['id', 'size'],
    );
    expect(texts).toHaveLength(3);
    expect(positions).toEqual([0, 1, 2, 0, 2, 1]);
  });
});
