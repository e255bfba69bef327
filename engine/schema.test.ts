import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../kernel/json.ts';
import { lintSchema } from './schema-lint.ts';
import { compileSchema } from './schema.ts';

describe('schema', () => {
  it('tells every fault with its place', () => {
    const validate = compileSchema({
      type: 'object',
      required: ['a'],
      properties: { b: { enum: [1, 2] } },
      additionalProperties: false,
    });
    expect(validate({ b: 3, c: 1 })).toEqual([
      { path: '/a', message: 'is required' },
      { path: '/c', message: 'is not expected here' },
      { path: '/b', message: 'must be equal to one of the allowed values: [1,2]' },
    ]);
  });

  it('reads 2020-12, and the dialect that a schema names', () => {
    const list = { prefixItems: [{ type: 'string' }] };
    expect(compileSchema(list)([1])).toHaveLength(1);
    const $schema = 'http://json-schema.org/draft-07/schema#';
    expect(compileSchema({ $schema, ...list })([1])).toEqual([]);
    expect(compileSchema({ $schema, items: [{ type: 'string' }] })([1])).toHaveLength(1);
    expect(() => compileSchema({ $schema: 'https://example.com/mine' })).toThrow('of no dialect');
  });

  it('looks at own properties only', () => {
    const schema = {
      type: 'object',
      properties: { constructor: { type: 'string' }, ['__proto__']: { type: 'string' } },
    };
    const validate = compileSchema(schema);
    expect(validate({ driver: 'x' })).toEqual([]);
    expect(validate({ constructor: 'x' })).toEqual([]);
    expect(validate({ constructor: 1 })).toHaveLength(1);
    expect(validate(JSON.parse('{"__proto__": 1}') as JsonValue)).toHaveLength(1);
    const required = ['valueOf', 'toString', '__proto__', 'hasOwnProperty'];
    expect(compileSchema({ required })({})).toHaveLength(4);
    expect(compileSchema({ dependentRequired: { toString: ['a'] } })({})).toEqual([]);
    expect(compileSchema({ additionalProperties: false, properties: {} })({})).toEqual([]);
  });

  it('reads patterns as ECMA-262 means them', () => {
    const fits = (pattern: string, text: string) => compileSchema({ pattern })(text).length === 0;
    expect(fits('^\\s$', '\u00a0')).toBe(true);
    expect(fits('^[\\S]$', '\u00a0')).toBe(false);
    expect(fits('^\\p{Letter}+$', 'Ünï')).toBe(true);
    expect(fits('^[[]$', '[')).toBe(true);
    expect(fits('^.$', '\u2028')).toBe(false);
    expect(fits('^[\\w\\-.]+$', 'a-b.c')).toBe(true);
    expect(fits('^\\u{1f600}$', '😀')).toBe(true);
  });

  it('runs patterns in linear time', () => {
    const validate = compileSchema({ type: 'string', pattern: '^(a+)+$' });
    expect(validate(`${'a'.repeat(50_000)}!`)).toHaveLength(1);
    expect(validate('aaa')).toEqual([]);
  });

  it('loads no other document', () => {
    expect(() => compileSchema({ $ref: 'https://example.com/schema.json' })).toThrow(
      /can't resolve reference .*: documents from elsewhere are not loaded/,
    );
  });
});

function messagesOf(schema: JsonValue): string {
  return lintSchema(schema)
    .map(({ message }) => message)
    .join();
}

/** The fewest steps, to a power of two, within which a value is checked to its end. */
function stepsOf(schema: JsonValue, value: JsonValue): number {
  const validate = compileSchema(schema);
  for (let steps = 1; ; steps *= 2)
    if (!validate(value, steps).some(({ isCost }) => isCost)) return steps;
}

describe('the cost of a check', () => {
  const rows = (count: number): JsonValue => Array.from({ length: count }, (_, id) => ({ id }));
  const schemas: Readonly<Record<string, JsonValue>> = {
    'unique objects': { uniqueItems: true },
    'an item that is sought': { contains: { properties: { id: { const: -1 } } } },
    'patterns of names': { items: { patternProperties: { '^a': true, '^b': true } } },
    'a list of allowed objects': { items: { enum: [{ id: -1 }, { id: -2 }] } },
    'parts that are referred to': {
      items: { $ref: '#/$defs/a' },
      $defs: { a: { type: 'object' } },
    },
  };

  it.each(Object.entries(schemas))(
    'grows with the value and not with its square: %s',
    (_, schema) => {
      expect(stepsOf(schema, rows(4_000)) / stepsOf(schema, rows(1_000))).toBeLessThanOrEqual(8);
    },
  );

  it('ends a check that multiplies by its references, at the same step each time', () => {
    const parts = Array.from({ length: 40 }, (_, index): [string, JsonValue] => {
      const next = { $ref: `#/$defs/d${String(index + 1)}` };
      return [`d${String(index)}`, { allOf: [next, next] }];
    });
    const schema = { $ref: '#/$defs/d0', $defs: { ...Object.fromEntries(parts), d40: true } };
    const message = 'needs more than 1000 steps to be checked';
    const fault = [{ path: '', message, isCost: true }];
    expect(compileSchema(schema)({}, 1_000)).toEqual(fault);
    expect(compileSchema(schema)({}, 1_000)).toEqual(fault);
    expect(messagesOf(schema)).toContain('steps to be checked');
  });

  it.each<[string, JsonValue]>([
    ['itself', { $ref: '#' }],
    [
      'a part that refers to itself',
      {
        properties: { a: { $ref: '#/$defs/a' } },
        $defs: { a: { allOf: [{ $ref: '#/$defs/a' }] } },
      },
    ],
    ['a place that is no schema', { $ref: '#/default', default: { type: 'string' } }],
    ['a dynamic place that comes back', { $dynamicAnchor: 'me', $dynamicRef: '#me' }],
  ])('is told when the schema is tried: a reference to %s', (_, schema) => {
    expect(messagesOf(schema)).toMatch(/without end|no schema at that place/);
  });

  it('lets schemas refer to themselves for parts of the value', () => {
    const tree = { properties: { children: { items: { $ref: '#' } } }, required: ['name'] };
    expect(messagesOf(tree)).toBe('');
    expect(compileSchema(tree)({ name: 'a', children: [{ name: 'b' }, {}] })).toEqual([
      { path: '/children/1/name', message: 'is required' },
    ]);
  });

  it('tells equal items apart from like ones, whatever the order of their keys', () => {
    const validate = compileSchema({ uniqueItems: true });
    expect(validate([1, '1', true, 'true', null, { a: 1, b: 2 }, { a: 1 }, [1], [[1]]])).toEqual(
      [],
    );
    expect(
      validate([
        { a: 1, b: { c: 2, d: 3 } },
        { b: { d: 3, c: 2 }, a: 1 },
      ]),
    ).toEqual([{ path: '', message: 'must NOT have duplicate items' }]);
  });
});
