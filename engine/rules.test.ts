import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../kernel/json.ts';
import { checkInput, checkInputBriefly } from './rules.ts';
import { definitionOf } from './testing/run-job.ts';

const definition = definitionOf(`document:
  dsl: 1.0.3
  namespace: tests
  name: rules
  version: 1.0.0
  metadata:
    rules:
      - { code: OVER_LIMIT, message: amount is over 1000, path: /amount, when: .amount > 1000 }
      - { code: NO_ITEMS, message: there are no items, path: /items, check: (.items | length) > 0 }
input: { schema: { document: { type: object, required: [amount, items], properties: { amount: { type: number } } } } }
do: []`);

describe('checkInput', () => {
  it('accepts an input that fits', () => {
    expect(checkInput(definition, { amount: 1, items: [1] })).toEqual([]);
  });

  it('tells all problems of schema and rules at once, with their places', () => {
    expect(checkInput(definition, { amount: 2_000, items: [] })).toEqual([
      { code: 'OVER_LIMIT', field: '/amount', message: 'amount is over 1000' },
      { code: 'NO_ITEMS', field: '/items', message: 'there are no items' },
    ]);
    expect(checkInput(definition, { amount: 'x' }).map(({ code, field }) => [code, field])).toEqual(
      [
        ['INPUT_INVALID', '/items'],
        ['INPUT_INVALID', '/amount'],
        ['OVER_LIMIT', '/amount'],
        ['NO_ITEMS', '/items'],
      ],
    );
  });

  it('refuses forbidden keys at any depth', () => {
    const input = JSON.parse('{"amount": 1, "items": [{"a": {"__proto__": 1}}]}') as JsonValue;
    expect(checkInput(definition, input)).toMatchObject([
      { code: 'INPUT_INVALID', field: '/items/0/a/__proto__' },
    ]);
  });

  it('refuses inputs that are too large or too deep before anything looks at them', () => {
    const deep = JSON.parse(`${'['.repeat(200)}${']'.repeat(200)}`) as JsonValue;
    expect(checkInput(definition, deep)).toMatchObject([{ code: 'INPUT_INVALID', field: '' }]);
    const limits = { inputBytes: 10, inputDepth: 10 };
    expect(checkInput(definition, { amount: 1, items: [1] }, limits)).toMatchObject([
      { code: 'PAYLOAD_TOO_LARGE' },
    ]);
  });

  it('counts a rule that fails on the input as broken', () => {
    expect(checkInput(definition, { amount: 1, items: true })).toMatchObject([
      { code: 'NO_ITEMS' },
    ]);
  });
});

describe('checkInputBriefly', () => {
  const of = (metadata: string, schema = '{}') =>
    definitionOf(`document: {dsl: 1.0.3, namespace: a, name: b, version: 1.0.0, metadata: {${metadata}}}
input: {schema: {document: ${schema}}}
do: [{ a: { set: { b: 1 } } }]`);

  it('finds what checkInput finds', () => {
    const brief = of(
      `rules: [{code: SMALL, message: too small, check: '.n > 1'}]`,
      '{required: [n]}',
    );
    for (const input of [{ n: 2 }, { n: 1 }, {}, { constructor: 1 }])
      expect(checkInputBriefly(brief, input)).toEqual(checkInput(brief, input));
  });

  it('leaves inputs, rules and schemas that may take long to another thread', () => {
    const rows = Array.from({ length: 100_000 }, (_, id) => id);
    const unique = of('', '{properties: {rows: {items: {type: integer, enum: [-1]}}}}');
    expect(checkInputBriefly(unique, { rows })).toBeUndefined();
    const counting = of(`rules: [{code: LONG, message: no, check: '[range(20000)] | length > 1'}]`);
    expect(checkInputBriefly(counting, {})).toBeUndefined();
    expect(checkInput(counting, {})).toEqual([]);
    const wordy = of('', `{description: ${'x'.repeat(20_000)}}`);
    expect(checkInputBriefly(wordy, {})).toBeUndefined();
  });
});
