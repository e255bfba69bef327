import { expect, test } from 'vitest';

import { compose } from '../testing/federated.ts';
import { explainPlan, planQuery } from './explain.ts';

const supergraph = compose([
  {
    name: 'books',
    sdl: 'type Query { books: [Book!] } type Book @key(fields: "id") { id: ID! title: String }',
  },
  { name: 'stock', sdl: 'type Book @key(fields: "id") { id: ID! copies: Int }' },
]);

test('tells the steps of a plan, and by what entities are asked for', () => {
  expect(explainPlan(planQuery(supergraph, '{ books { title copies } }'))).toBe(
    `One after another:
  Ask books:
    {
      books {
        __typename
        id
        title
      }
    }
  For books[]:
    Ask stock, by Book { id }:
      {
        ... on Book {
          copies
        }
      }`,
  );
});

test('says so when no subgraph is asked', () => {
  expect(explainPlan(planQuery(supergraph, '{ __typename }'))).toBe('No subgraph is asked.');
});

test('names every fault of a query with its place', () => {
  expect(() => planQuery(supergraph, '{ books { titel }\n  shelves }')).toThrow(
    /line 1, column 11: .*titel.*\n.*line 2, column 3: .*shelves/,
  );
  expect(() => planQuery(supergraph, '{ books')).toThrow(/line 1, column 8: Syntax Error/);
});

test('explains one operation', () => {
  const document = 'query A { books { id } } query B { books { id } }';
  expect(() => planQuery(supergraph, document)).toThrow('2 operations');
});
