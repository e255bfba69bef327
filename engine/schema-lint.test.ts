import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../kernel/json.ts';
import { lintSchema } from './schema-lint.ts';

describe('lintSchema', () => {
  it.each<[string, JsonValue, ...(readonly [id: string, path: string])[]]>([
    ['a schema without fault', { type: 'object', properties: { a: { format: 'idn-email' } } }],
    ['notes that begin with x-', { 'x-owner': 'me' }],
    ['names of properties', { properties: { requird: true, format: { type: 'string' } } }],
    [
      'a keyword that is none',
      { properties: { a: { requird: ['b'] } } },
      ['schema/unknown-keyword', '/properties/a/requird'],
    ],
    [
      'a keyword of a later draft',
      { $schema: 'http://json-schema.org/draft-07/schema#', dependentRequired: {} },
      ['schema/unknown-keyword', '/dependentRequired'],
    ],
    [
      'a keyword of an earlier draft',
      { additionalItems: false },
      ['schema/unknown-keyword', '/additionalItems'],
    ],
    [
      'a format that is none',
      { items: { format: 'datetime' } },
      ['schema/unknown-format', '/items/format'],
    ],
    [
      'a format by the name of a method',
      { format: 'toString' },
      ['schema/unknown-format', '/format'],
    ],
    [
      'a type that is none',
      { properties: { a: { type: 'nope' } } },
      ['schema/compile', '/properties/a/type'],
    ],
    [
      'a pattern that cannot run in linear time',
      { properties: { a: { pattern: '(?=a)b' } } },
      ['schema/compile', '/properties/a/pattern'],
    ],
    [
      'a name that is no pattern',
      { patternProperties: { '(': true } },
      ['schema/compile', '/patternProperties/('],
    ],
    [
      'a reference to elsewhere',
      { properties: { a: { $ref: 'https://example.com/a.json' } } },
      ['schema/compile', '/properties/a/$ref'],
    ],
    [
      'a reference to nowhere',
      { allOf: [{ $ref: '#/$defs/a' }] },
      ['schema/compile', '/allOf/0/$ref'],
    ],
    [
      'a dialect that is none',
      { $schema: 'https://example.com/x' },
      ['schema/compile', '/$schema'],
    ],
    ['a name that no input may have', { required: ['__proto__'] }, ['schema/compile', '']],
    ['what is no schema', 'text', ['schema/compile', '']],
  ])('tells %s by its place', (_, schema, ...expected) => {
    expect(lintSchema(schema).map(({ id, path }) => [id, path])).toEqual(expected);
  });
});
