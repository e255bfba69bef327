import { expect, test } from 'vitest';

import type { PlanRoot } from '../plan/plan.ts';
import { planInOrder } from './plan-in-order.ts';

const fetch = (operation: string): PlanRoot => ({
  kind: 'Fetch',
  serviceName: 'one',
  operation,
  operationKind: 'mutation',
});
const inSteps = (document: string): Promise<PlanRoot> => {
  const text = document.replaceAll(/\s+/g, ' ').trim();
  return Promise.resolve({ kind: 'Sequence', nodes: [fetch(text) as never] });
};

const documentsOf = async (document: string): Promise<string[]> => {
  const plan = await planInOrder(document, inSteps);
  const nodes = plan?.kind === 'Sequence' ? plan.nodes : [];
  return nodes
    .flatMap((node) => (node.kind === 'Sequence' ? node.nodes : node))
    .flatMap((node) => (node.kind === 'Fetch' ? node.operation : []));
};

test('plans each root field of a mutation with what is below it, in order', async () => {
  expect(await documentsOf('mutation { a { b } c: d { e } __typename }')).toEqual([
    'mutation { a { b } }',
    'mutation { c: d { e } }',
  ]);
});

test('keeps the selections of one response key together, with the conditions around them', async () => {
  const document = `
    mutation($v: Boolean!) { a { b } ...F @include(if: $v) d }
    fragment F on Mutation { a { c } ... @skip(if: $v) { e } }`;
  const [first = '', second = '', third = ''] = await documentsOf(document);
  expect(first).toContain('{ a { b } ... on Mutation @include(if: $v) { a { c } } }');
  expect(second).toContain('{ ... on Mutation @include(if: $v) { ... @skip(if: $v) { e } } }');
  expect(third).toContain('{ d }');
});

test('leaves alone what one fetch answers, and queries', async () => {
  const single = fetch('mutation { a b }');
  expect(await planInOrder('mutation { a b }', () => Promise.resolve(single))).toBe(single);
  expect(await documentsOf('{ a { b } c { d } }')).toEqual(['{ a { b } c { d } }']);
});
