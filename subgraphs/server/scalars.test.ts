import { parseValue } from 'graphql';
import { describe, expect, it } from 'vitest';

import { dateTimeScalar, jsonScalar } from './scalars.ts';

describe('DateTime', () => {
  it.each([
    ['2026-01-31T08:00:00Z', '2026-01-31T08:00:00.000Z'],
    ['2026-01-31T08:00:00.5+02:00', '2026-01-31T06:00:00.500Z'],
  ])('reads %s as %s', (given, wanted) => {
    expect(dateTimeScalar.parseValue(given)).toBe(wanted);
    expect(dateTimeScalar.parseLiteral(parseValue(JSON.stringify(given)))).toBe(wanted);
  });

  it.each(['2026-01-31', 'yesterday', '2026-13-01T00:00:00Z', '', 1, null])(
    'refuses %j',
    (given) => {
      expect(() => dateTimeScalar.parseValue(given)).toThrow('RFC 3339');
    },
  );

  it('writes a Date in UTC with milliseconds', () => {
    expect(dateTimeScalar.serialize(new Date(0))).toBe('1970-01-01T00:00:00.000Z');
  });
});

describe('JSON', () => {
  it('takes any JSON value as variable and as literal', () => {
    const value = { a: [1, 'x', null, true], constructor: { name: 'kept' } };
    expect(jsonScalar.parseValue(value)).toEqual(value);
    expect(
      jsonScalar.parseLiteral(
        parseValue('{ a: [1, "x", null, true], constructor: { name: "kept" } }'),
      ),
    ).toEqual(value);
  });

  it('reads variables inside a literal', () => {
    expect(jsonScalar.parseLiteral(parseValue('{ a: $x }'), { x: 5 })).toEqual({ a: 5 });
  });

  it.each([
    ['a key that reaches a prototype', JSON.parse('{"a":{"__proto__":{}}}') as unknown],
    ['a number out of range', { a: JSON.parse('1e999') as unknown }],
    ['depth', Array.from({ length: 10_000 }).reduce<unknown>((inner) => [inner], 1)],
  ])('refuses %s', (_what, value) => {
    expect(() => jsonScalar.parseValue(value)).toThrow();
  });

  it('refuses a prototype key and depth in a literal', () => {
    expect(() => jsonScalar.parseLiteral(parseValue('{ __proto__: { x: 1 } }'))).toThrow(
      '__proto__',
    );
    expect(() =>
      jsonScalar.parseLiteral(parseValue(`${'['.repeat(100)}1${']'.repeat(100)}`)),
    ).toThrow('deeper');
  });
});
