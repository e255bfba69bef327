import { describe, expect, it } from 'vitest';
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

  it('reads 2020-12 with formats, and older dialects as well as it can', () => {
    const validate = compileSchema({
      $schema: 'http://json-schema.org/draft-07/schema#',
      prefixItems: [{ format: 'date-time' }],
    });
    expect(validate(['2026-01-01T00:00:00Z'])).toEqual([]);
    expect(validate(['yesterday'])).toHaveLength(1);
  });

  it('runs patterns in linear time', () => {
    const validate = compileSchema({ type: 'string', pattern: '^(a+)+$' });
    const startedAt = performance.now();
    expect(validate(`${'a'.repeat(50_000)}!`)).toHaveLength(1);
    expect(validate('aaa')).toEqual([]);
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });

  it('loads no other document', () => {
    expect(() => compileSchema({ $ref: 'https://example.com/schema.json' })).toThrow(
      /can't resolve reference/,
    );
  });
});
