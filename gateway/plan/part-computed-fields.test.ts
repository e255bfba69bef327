import { expect, test } from 'vitest';

import { compose, type TestSubgraph } from '../testing/federated.ts';
import { createApolloPlanner } from './apollo-planner.ts';

const chain: readonly TestSubgraph[] = [
  {
    name: 'scales',
    sdl: `type Query { crates: [Crate!]! } type Crate @key(fields: "id") { id: ID! grams: Int size: Size @shareable }
      type Size @shareable { depth: Int height: Int }
      type Owner @key(fields: "id") { id: ID! isTrusted: Boolean }`,
  },
  {
    name: 'docks',
    sdl: `type Query { dock: Dock } type Dock { crates: [Crate!]! }
      type Owner @key(fields: "id") { id: ID! isTrusted: Boolean @external }
      interface Load { freight: Freight }
      enum Freight { LIGHT HEAVY }
      type Crate implements Load @key(fields: "id") {
        id: ID! grams: Int @external size: Size @external owner: Owner
        freight: Freight @requires(fields: "grams size { depth } owner { isTrusted }")
      }
      type Size @shareable { depth: Int }`,
  },
  {
    name: 'customs',
    sdl: `enum Freight { LIGHT HEAVY }
      type Crate @key(fields: "id") {
        id: ID! freight: Freight @external duty: Int @requires(fields: "freight")
      }`,
  },
];

test('asks for a computed field that another one requires after what it is computed from', () => {
  const planner = createApolloPlanner(compose(chain));
  const steps = JSON.stringify(planner.plan('{dock{crates{duty}}}'));
  const order = ['grams', '{freight}', 'duty'].map((field) => steps.indexOf(field));
  expect(order).toEqual(order.toSorted((a, b) => a - b));
  expect(order).not.toContain(-1);
});

test('names subgraphs as the supergraph does, however the planner sees them', () => {
  const planner = createApolloPlanner(compose(chain));
  expect(planner.supergraph.subgraphs.map(({ name }) => name)).toEqual([
    'customs',
    'docks',
    'scales',
  ]);
  expect(JSON.stringify(planner.plan('{dock{crates{freight duty}}}'))).not.toContain('computed"');
});

test('leaves the schema of clients as it is', () => {
  const { apiSdl } = createApolloPlanner(compose(chain)).supergraph;
  expect(apiSdl).toContain('type Crate implements Load');
  expect(apiSdl).not.toContain('COMPUTED');
});

test('asks no subgraph for what it only declares in order to compute from it', () => {
  const planner = createApolloPlanner(
    compose([
      {
        name: 'scales',
        sdl: `type Crate @key(fields: "id") {
          id: ID! grams: Int freight: Int @external duty: Int @requires(fields: "freight")
        }`,
      },
      {
        name: 'docks',
        sdl: `type Query { crate: Crate } type Crate @key(fields: "id") {
          id: ID! grams: Int @external freight: Int @requires(fields: "grams") isHeavy: Boolean @requires(fields: "grams")
        }`,
      },
    ]),
  );
  const plan = JSON.stringify(planner.plan('{crate{duty isHeavy}}'));
  expect(plan).toMatch(
    /"serviceName":"docks".*\{crate\{__typename id\}\}.*"serviceName":"scales".*\{grams\}/,
  );
  expect(plan.match(/"serviceName":"scales"/g)).toHaveLength(2);
});
