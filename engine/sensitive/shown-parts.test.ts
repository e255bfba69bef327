import { describe, expect, it } from 'vitest';

import type { JsonObject, JsonValue } from '../../kernel/json.ts';
import { createHiding } from './hiding.ts';
import { sensitiveTexts, shownParts } from './shown-parts.ts';

const mark = { 'x-sensitive': true };
const object = (properties: JsonObject, more: JsonObject = {}): JsonObject => ({
  type: 'object',
  properties,
  ...more,
});

describe('what of a value is for everybody', () => {
  it.each<[string, JsonObject, JsonValue, JsonValue]>([
    ['a marked property', object({ a: mark, b: {} }), { a: 'x', b: 1 }, { a: '***', b: 1 }],
    [
      'all of a marked object',
      object({ a: mark, b: {} }),
      { a: { c: 'x' }, b: 1 },
      { a: '***', b: 1 },
    ],
    ['a mark on the whole', { ...object({ a: {} }), ...mark }, { a: 'x' }, '***'],
    ['members that nobody describes', object({ b: {} }), { a: 'x', b: 1 }, { b: 1 }],
    ['an object of which nothing is described', object({}), { a: 'x' }, '***'],
    ['a part that may be anything', object({ a: true, b: {} }), { a: 'x', b: 2 }, { b: 2 }],
    [
      'an object where a text is described',
      object({ a: { type: 'string' } }),
      { a: { b: 'x' } },
      { a: '***' },
    ],
    [
      'items',
      object({ a: { items: object({ b: mark, c: {} }) } }),
      { a: [{ b: 'x', c: 2 }] },
      { a: [{ b: '***', c: 2 }] },
    ],
    ['items of a place', { prefixItems: [mark, {}] }, ['x', 2, 'y'], ['***', 2, '***']],
    [
      'any additional property',
      object({ b: {} }, { additionalProperties: mark }),
      { a: 'x', b: 1 },
      { a: '***', b: 1 },
    ],
    [
      'properties by pattern, matching or not',
      object({ b: {} }, { patternProperties: { '^z': mark } }),
      { b: 1 },
      { b: '***' },
    ],
    [
      'one branch of many',
      { anyOf: [object({ a: {} }), object({ a: mark })] },
      { a: 'x' },
      { a: '***' },
    ],
    [
      'a condition',
      { ...object({ a: {} }), if: {}, then: object({ a: mark }) },
      { a: 'x' },
      { a: '***' },
    ],
    [
      'a reference',
      object({ a: { $ref: '#/$defs/p' } }, { $defs: { p: mark } }),
      { a: 'x' },
      { a: '***' },
    ],
    [
      'an anchor',
      object({ a: { $ref: '#p' } }, { $defs: { p: { $anchor: 'p', ...mark } } }),
      { a: 'x' },
      { a: '***' },
    ],
    [
      'a reference to nowhere',
      object({ a: { $ref: 'https://e.example/x' } }),
      { a: 'x' },
      { a: '***' },
    ],
    [
      'a reference where parts have names',
      object({ a: { $ref: '#/$defs/p' } }, { $defs: { p: {}, q: { $id: 'q' } } }),
      { a: 'x' },
      { a: '***' },
    ],
    [
      'a mark that means nothing',
      object({ a: { 'x-sensitive': 'maybe' } }),
      { a: 'x' },
      { a: '***' },
    ],
    [
      'a dependent schema',
      object({ a: {} }, { dependentSchemas: { a: object({ a: mark }) } }),
      { a: 'x' },
      { a: '***' },
    ],
  ])('leaves out %s', (...[, schema, value, expected]) => {
    expect(shownParts(value, schema)).toEqual(expected);
  });

  it('is nothing where there is no schema', () => {
    expect([shownParts('x', true), shownParts({ a: 1 }, true)]).toEqual(['***', '***']);
  });

  it('is everything that is described, by a schema that refers to itself too', () => {
    const tree = { ...object({ name: {}, more: { items: { $ref: '#' } } }) };
    const value = { name: 'a', more: [{ name: 'b', more: [] }] };
    expect(shownParts(value, tree)).toEqual(value);
  });
});

describe('the texts at marked places', () => {
  it('are those within them, numbers too', () => {
    const schema = object({ a: mark, b: { items: object({ c: mark }) }, d: {} });
    const value = { a: { x: ['one', 22, true, null] }, b: [{ c: 'three' }, {}], d: 'shown' };
    expect(sensitiveTexts(value, schema)).toEqual(['one', '22', 'three']);
  });

  it('are hidden in every usual encoding, and everything where there are too many', () => {
    const text = 'Ada "x" & more';
    const { value } = createHiding([text, '730114559']);
    expect(JSON.stringify(value([text, encodeURIComponent(text), 730_114_559]))).toBe(
      '["***","***","***"]',
    );
    const all = createHiding(Array.from({ length: 501 }, (_, index) => `text ${String(index)}`));
    expect(all.value({ id: 'any', n: 5, list: ['b', null] })).toEqual({
      ...{ id: '***', n: '***', list: ['***', null] },
    });
    expect(all.text('any')).toBe('***');
  });
});
