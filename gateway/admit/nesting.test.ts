import { parse } from 'graphql';
import { describe, expect, it } from 'vitest';

import type { JsonValue } from '../../kernel/json.ts';
import { requireShallowValues, requireShallowVariables } from './nesting.ts';

const lists = (count: number): string => `${'['.repeat(count)}1${']'.repeat(count)}`;
const objects = (count: number): string => `${'{a:'.repeat(count)}1${'}'.repeat(count)}`;
const used = (value: string): string => `{ field(of: ${value}) }`;

describe('values in a document', () => {
  it.each([used(lists(8)), used(objects(500)), `{ a(of: ${lists(8)}) b(of: ${lists(8)}) }`])(
    'may be nested as in %.60s',
    (query) => {
      expect(() => {
        requireShallowValues(parse(query));
      }).not.toThrow();
    },
  );

  it.each([
    used(lists(9)),
    used(`{a: ${lists(4)}, b: [[[[${objects(2).replace('1', lists(5))}]]]]}`),
    `query ($v: JSON = ${lists(9)}) { field(of: $v) }`,
    `{ field @tag(of: ${lists(9)}) }`,
    `{ ...part } fragment part on Query { field(of: ${lists(9)}) }`,
    used(objects(501)),
  ])('are refused as in %.60s', (query) => {
    expect(() => {
      requireShallowValues(parse(query));
    }).toThrow(/lists in one another|levels deep; use a variable/);
  });
});

describe('variables', () => {
  const nested = (count: number, wrap: (inner: JsonValue) => JsonValue): JsonValue =>
    Array.from({ length: count }).reduce<JsonValue>(wrap, 1);

  it.each([
    ['lists', (inner: JsonValue): JsonValue => [inner]],
    ['objects', (inner: JsonValue): JsonValue => ({ inner })],
  ])('are refused where they have more than 500 levels of %s', (_, wrap) => {
    expect(() => {
      requireShallowVariables({ value: nested(499, wrap) });
    }).not.toThrow();
    for (const count of [500, 20_000])
      expect(() => {
        requireShallowVariables({ value: nested(count, wrap) });
      }).toThrow('nested more than 500 levels');
  });
});
