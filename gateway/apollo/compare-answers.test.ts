import { describe, expect, it } from 'vitest';

import { compareAnswers } from './compare-answers.ts';

const differences = (one: unknown, other: unknown): string[] =>
  compareAnswers(JSON.stringify(one), JSON.stringify(other)).map(
    ({ kind, path }) => `${kind} ${path.join('.')}`,
  );

describe('two answers', () => {
  it('are alike when they have the same values, errors and order', () => {
    const answer = {
      data: { a: [{ b: 1 }, null] },
      errors: [{ message: 'one word', path: ['a', 1] }],
    };
    const other = { ...answer, errors: [{ message: 'other words', path: ['a', 1] }] };
    expect(differences(answer, other)).toEqual([]);
  });

  it.each([
    { by: 'a value', of: [{ a: 1 }, { a: 2 }], at: ['value a'] },
    { by: 'a null', of: [{ a: { b: 1 } }, { a: null }], at: ['null a'] },
    { by: 'the length of a list', of: [{ a: [1] }, { a: [1, 2] }], at: ['length a'] },
    { by: 'an element', of: [{ a: [{ b: 1 }] }, { a: [{ b: 2 }] }], at: ['value a.@.b'] },
    { by: 'a field', of: [{ a: { b: 1 } }, { a: { c: 1 } }], at: ['fields a'] },
    {
      by: 'the order of fields',
      of: [
        { a: 1, b: 2 },
        { b: 2, a: 1 },
      ],
      at: ['order '],
    },
    { by: 'a whole answer', of: [null, { a: 1 }], at: ['null '] },
  ])('differ by $by', ({ of: [one, other], at }) => {
    expect(differences({ data: one }, { data: other })).toEqual(at);
  });

  it('differ by the places of errors', () => {
    const one = { data: { a: null }, errors: [{ message: 'x', path: ['a'] }] };
    const other = { data: { a: null }, errors: [{ message: 'x', path: ['b', 0] }] };
    expect(differences(one, other)).toEqual(['error a', 'error b.@']);
  });

  it('are asked only whether there are errors where one has no place', () => {
    const placed = { data: null, errors: [{ message: 'x', path: ['a'] }] };
    const vague = { data: null, errors: [{ message: 'y' }] };
    expect(differences(placed, vague)).toEqual([]);
    expect(differences({ data: null }, vague)).toEqual(['error ']);
  });

  it('keep numbers apart that a double takes for one', () => {
    const one = '{"data":{"id":9007199254740993}}';
    const other = '{"data":{"id":9007199254740992}}';
    expect(compareAnswers(one, other)).toEqual([{ kind: 'value', path: ['id'] }]);
  });
});
