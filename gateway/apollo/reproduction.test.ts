import { describe, expect, it } from 'vitest';

import { reproductionOf } from './reproduction.ts';

const flat = (text: string): string => text.replaceAll(/\s+/g, ' ').trim();

describe('a reproduction', () => {
  it('has the fields that lead to a difference, and no value of a client', () => {
    const query = `
      query Page($id: ID!, $n: Int) {
        other(first: $n) { name }
        user(id: $id, mail: "ann@example.test", tags: ["x"]) { name ...Orders }
      }
      fragment Orders on User { orders(filter: { city: "Rome", over: 99 }) { id total } }`;
    const found = [{ kind: 'value', path: ['user', 'orders', '@', 'total'] }] as const;
    expect(flat(reproductionOf({ query }, found))).toBe(
      'query Page($id: ID!) { user(id: $id, mail: "", tags: []) { ... on User { orders(filter: {}) { total } } } }',
    );
  });

  it('is the whole operation where the whole answer differs', () => {
    const query = 'query A { a } query B { x: b(n: 5) { c } }';
    const found = [{ kind: 'null', path: [] }] as const;
    expect(flat(reproductionOf({ query, operationName: 'B' }, found))).toBe(
      'query B { x: b(n: 0) { c } }',
    );
  });
});
