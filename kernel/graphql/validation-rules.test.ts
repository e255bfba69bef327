import { buildSchema, parse, validate } from 'graphql';
import { expect, test } from 'vitest';

import { validationRules } from './validation-rules.ts';

const schema = buildSchema('type Query { q: Int } type Subscription { s: Int t: Int }');

const faults = (query: string, isIntrospectionAllowed = true): string[] =>
  validate(schema, parse(query), validationRules(isIntrospectionAllowed)).map(
    ({ message }) => message,
  );

test.each([
  ['a root field', 'subscription ($x: Boolean!) { s @skip(if: $x) }', 'skip'],
  ['a literal', 'subscription { s @skip(if: true) }', 'skip'],
  ['an inline fragment', 'subscription ($x: Boolean!) { ... @include(if: $x) { s } }', 'include'],
  [
    'a field in a fragment',
    'subscription ($x: Boolean!) { ... { s @include(if: $x) } }',
    'include',
  ],
  [
    'a named fragment',
    'subscription ($x: Boolean!) { ...F @include(if: $x) } fragment F on Subscription { s }',
    'include',
  ],
  [
    'a field in a named fragment',
    'subscription ($x: Boolean!) { ...F } fragment F on Subscription { s @skip(if: $x) }',
    'skip',
  ],
])('a subscription may not leave its root open by %s', (_, query, directive) => {
  expect(faults(query)).toEqual([
    `Anonymous Subscription must not use @${directive} in its top level selection.`,
  ]);
});

test('the rules besides are those of the specification', () => {
  expect(faults('subscription { s }')).toEqual([]);
  expect(faults('query ($x: Boolean!) { q @skip(if: $x) }')).toEqual([]);
  expect(faults('subscription S { s t }')).toEqual([
    'Subscription "S" must select only one top level field.',
  ]);
  expect(faults('subscription { ...F } fragment F on Subscription { ...F s }')).toHaveLength(1);
  expect(faults('{ __schema { types { name } } }')).toEqual([]);
  expect(faults('{ __schema { types { name } } }', false)).not.toEqual([]);
});
