import { describe, expect, it } from 'vitest';
import {
  isJsonObject,
  maxJsonDepth,
  maxJsonParts,
  parseOutsideJson,
  parseShallowJson,
} from './json.ts';

it('tells objects from arrays, null and scalars', () => {
  expect([{}, [], null, 'a', 1, true, undefined].map((value) => isJsonObject(value))).toEqual([
    true,
    ...Array.from({ length: 6 }, () => false),
  ]);
});

it('reads JSON of a stranger, with a byte order mark and with brackets in its texts', () => {
  expect(parseOutsideJson('\ufeff{"a":[1]}')).toEqual({ a: [1] });
  const text = `\\"${'['.repeat(2 * maxJsonDepth)}`;
  expect(parseOutsideJson(JSON.stringify({ text }))).toEqual({ text });
});

it('tells brackets of a text from others wherever its quotes and backslashes are', () => {
  const brackets = '['.repeat(2 * maxJsonDepth);
  const deep = `${'['.repeat(maxJsonDepth)}1${']'.repeat(maxJsonDepth)}`;
  for (const marks of ['"', '\\', '\\"', '"\\', '\\\\""'])
    for (let before = 0; before < 70; before += 1) {
      const text = `${'a'.repeat(before)}${marks}${'b'.repeat(before)}${marks}${brackets}${marks}`;
      expect(parseOutsideJson(JSON.stringify({ text }))).toEqual({ text });
      expect(() => parseOutsideJson(`{"text":${JSON.stringify(text)},"deep":${deep}}`)).toThrow(
        SyntaxError,
      );
    }
});

describe.each([
  ['arrays', '[', ']'],
  ['objects', '{"a":', '}'],
])('%s', (_kind, open, close) => {
  const nested = (levels: number, leaf = '1') =>
    `${open.repeat(levels)}${leaf}${close.repeat(levels)}`;

  it.each([
    ['of a stranger', parseOutsideJson],
    ['of a subgraph', parseShallowJson],
  ])('%s may be nested as deep as allowed and no deeper', (_whose, parse) => {
    // The second one has more digits than a double keeps.
    for (const leaf of ['1', '12345678901234567890']) {
      const text = nested(maxJsonDepth, leaf);
      expect(JSON.stringify(parse(text))).toBe(text);
      expect(() => parse(nested(maxJsonDepth + 1, leaf))).toThrow('nested deeper than 500 levels');
      expect(() => parse(nested(200_000, leaf))).toThrow('nested deeper than 500 levels');
      expect(() => parse(`[${text},${text}]`)).toThrow('nested deeper than 500 levels');
    }
  });
});

it.each([
  ['numbers', '1'],
  ['empty lists', '[]'],
  ['names', '{"a":1}'],
])('takes a limited number of %s from a stranger, whatever their bytes', (_kind, member) => {
  const listOf = (count: number) => `[${Array.from({ length: count }, () => member).join(',')}]`;
  expect(parseOutsideJson(listOf(maxJsonParts / 2))).toHaveLength(maxJsonParts / 2);
  expect(() => parseOutsideJson(listOf(maxJsonParts + 1))).toThrow(/more than 200000 members/);
  const text = JSON.stringify({ text: ',['.repeat(maxJsonParts) });
  expect(JSON.stringify(parseOutsideJson(text))).toBe(text);
});
