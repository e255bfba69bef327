import { operationFromDocument, printSchema, Supergraph } from '@apollo/federation-internals';
import { QueryPlanner, type QueryPlan } from '@apollo/query-planner';
import { parse, print } from 'graphql';

import { orderResolvableKeysFirst } from '../supergraph/order-keys.ts';
import { parseSupergraph } from '../supergraph/parse-supergraph.ts';
import type { PlanRoot } from './plan.ts';
import type { PlannedSupergraph } from './planner.ts';

/** @apollo/query-planner on one supergraph; runs in the planning thread only. */
export interface ApolloPlanner {
  readonly supergraph: PlannedSupergraph;
  plan(document: string, overrides?: readonly string[]): PlanRoot | undefined;
}

/** Builds the planner with every feature loaded: access rules and costs are enforced outside of it. */
export function createApolloPlanner(supergraphSdl: string): ApolloPlanner {
  const ordered = print(orderResolvableKeysFirst(parseSupergraph(supergraphSdl)));
  const supergraph = Supergraph.build(ordered, { supportedFeatures: null });
  const planner = new QueryPlanner(supergraph, {
    incrementalDelivery: { enableDefer: true },
    generateQueryFragments: false,
  });
  const apiSchema = supergraph.apiSchema();
  return {
    supergraph: {
      apiSdl: printSchema(apiSchema),
      subgraphs: supergraph.subgraphsMetadata().map(({ name, url }) => ({ name, url })),
    },
    plan: (document, overrides = []) => {
      const operation = operationFromDocument(apiSchema, parse(document), { validate: false });
      const overrideConditions = new Map(overrides.map((label) => [label, true]));
      return plainRoot(planner.buildQueryPlan(operation, { overrideConditions }));
    },
  };
}

/** The planner's nodes are JSON apart from optional document nodes; our types describe that JSON. */
function plainRoot(plan: QueryPlan): PlanRoot | undefined {
  return plan.node === undefined ? undefined : (JSON.parse(JSON.stringify(plan.node)) as PlanRoot);
}
