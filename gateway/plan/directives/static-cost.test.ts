import { buildSchema, parse } from 'graphql';
import { expect, test } from 'vitest';

import { parseGatewayConfig } from '../../config/config.ts';
import { readDocument } from '../../execute/operation/read-document.ts';
import { readCostRules } from './cost-rules.ts';
import { measureCost } from './static-cost.ts';

const sdl = `
  directive @cost(weight: Int!) on FIELD_DEFINITION | ARGUMENT_DEFINITION | INPUT_FIELD_DEFINITION
  directive @listSize(assumedSize: Int, slicingArguments: [String!], sizedFields: [String!],
    requireOneSlicingArgument: Boolean = true) on FIELD_DEFINITION
  type Query {
    strict(first: Int, last: Int): [Item] @listSize(slicingArguments: ["first", "last"])
    lenient(first: Int): [Item]
      @listSize(slicingArguments: ["first"], requireOneSlicingArgument: false, assumedSize: 50)
    page(first: Int = 4): [Item] @listSize(slicingArguments: ["first"])
    plain: [Item]
    search(filter: Filter @cost(weight: 5)): Int
  }
  input Filter { id: ID text: String @cost(weight: 30) and: [Filter!] }
  type Item { id: ID heavy: Int @cost(weight: 7) }
`;
const schema = buildSchema(sdl);
const rules = readCostRules(parse(sdl));

const { limits } = parseGatewayConfig({});

function cost(query: string, variables = {}): number {
  const options = { schema, limits, isIntrospectionAllowed: true, isSuggesting: true };
  return measureCost({ schema, client: readDocument({ query }, options), rules, variables });
}

test('refuses a field that is to be given exactly one size and gets none or two', () => {
  expect(() => cost('{ strict { id } }')).toThrow('"strict" needs exactly one of');
  expect(() => cost('{ strict(first: 1, last: 2) { id } }')).toThrow('first, last');
  expect(cost('{ strict(last: 3) { id } }')).toBe(3);
  expect(cost('query ($n: Int = 5) { strict(first: $n) { id } }')).toBe(5);
  expect(cost('query ($n: Int) { strict(first: $n) { id } }', { n: 6 })).toBe(6);
});

test('counts a list by its default size, or by the size assumed where none need be given', () => {
  expect(cost('{ page { id } }')).toBe(4);
  expect(cost('{ lenient { id } }')).toBe(50);
  expect(cost('{ lenient(first: 2) { heavy } }')).toBe(16);
  expect(cost('{ plain { id } }')).toBe(10);
});

test('counts what inputs cost, as a literal, by variables, in lists and below', () => {
  const search = (value: string, variables = {}) => {
    const [declared = ''] = /\$f|\$t/.exec(value) ?? [];
    const types = { $f: 'Filter', $t: '[Filter!]' }[declared];
    const head = types === undefined ? 'query' : `query (${declared}: ${types})`;
    return cost(`${head} { search(filter: ${value}) }`, variables);
  };
  expect(search('{ text: "a" }')).toBe(5 + 30);
  expect(search('{ id: 1 }')).toBe(5);
  expect(search('{ and: [{ text: "a" }, { text: "b" }, { id: 1 }] }')).toBe(5 + 60);
  expect(search('$f', { f: { text: 'a', and: [{ text: 'b' }] } })).toBe(5 + 60);
  expect(search('{ and: $t }', { t: Array.from({ length: 9 }, () => ({ text: '' })) })).toBe(
    5 + 9 * 30,
  );
});
