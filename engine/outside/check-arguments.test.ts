import { describe, expect, it } from 'vitest';

import type { JsonObject } from '../../kernel/json.ts';
import { checkArguments } from './check-arguments.ts';

const open = '${ .later }';

/** Messages about arguments of which any may be an expression. */
function told(args: JsonObject, schema: JsonObject): string[] {
  return checkArguments(args, { type: 'object', ...schema }, false).map(({ message }) => message);
}

describe('arguments that an expression will give', () => {
  it.each<[string, JsonObject, JsonObject]>([
    ['anyOf', { text: open }, { anyOf: [{ required: ['text'] }, { required: ['html'] }] }],
    ['allOf', { text: open }, { allOf: [{ required: ['text'] }] }],
    ['anyOf in allOf', { text: open }, { allOf: [{ anyOf: [{ required: ['text'] }] }] }],
    ['oneOf', { a: open }, { oneOf: [{ required: ['a'] }, { required: ['b'] }] }],
    ['not', { a: open }, { not: { properties: { b: true }, maxProperties: 0 } }],
    ['if', { a: open }, { if: { maxProperties: 0 }, else: true, then: false }],
    ['$ref', { a: open }, { $ref: '#/$defs/whole', $defs: { whole: { required: ['a'] } } }],
    ['dependentRequired', { a: open, b: 1 }, { dependentRequired: { b: ['a'] } }],
    ['minProperties', { a: open }, { minProperties: 1 }],
  ])('are not judged by %s', (_, args, schema) => {
    expect(told(args, schema)).toEqual([]);
  });

  it('leave the others to be judged', () => {
    const schema = {
      properties: { a: {}, b: { type: 'integer' }, c: {} },
      required: ['c'],
      additionalProperties: false,
      anyOf: [{ required: ['a'], properties: { b: { maximum: 5 } } }],
    };
    expect(told({ a: open, b: 7, d: 1 }, schema)).toEqual(
      expect.arrayContaining([
        'the argument "d" is not expected here',
        'the argument "c" is required',
        'the argument "b" must be <= 5',
      ]),
    );
  });

  it('are judged as a whole where none is open', () => {
    const schema = { anyOf: [{ required: ['text'] }, { required: ['html'] }] };
    expect(told({ subject: 'Hello' }, schema)).toContain('the argument "text" is required');
    expect(told({ text: 'Hello' }, schema)).toEqual([]);
  });
});
