import { expect, it } from 'vitest';
import { isJsonObject, maxJsonDepth, maxJsonParts, parseOutsideJson } from './json.ts';

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

it.each([
  ['arrays', '[', ']'],
  ['objects', '{"a":', '}'],
])('takes %s of a stranger as deep as allowed and no deeper', (_kind, open, close) => {
  const nested = (levels: number) => `${open.repeat(levels)}1${close.repeat(levels)}`;
  expect(JSON.stringify(parseOutsideJson(nested(maxJsonDepth)))).toBe(nested(maxJsonDepth));
  expect(() => parseOutsideJson(nested(maxJsonDepth + 1))).toThrow(SyntaxError);
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
