import { operationFromDocument, printSchema, Supergraph } from '@apollo/federation-internals';
import { QueryPlanner, type QueryPlan } from '@apollo/query-planner';
import { parse, print } from 'graphql';

import { orderResolvableKeysFirst } from '../supergraph/order-keys.ts';
import { parseSupergraph } from '../supergraph/parse-supergraph.ts';
import type { PlanRoot } from './plan.ts';
import type { PlannedSupergraph } from './planner.ts';
import { type NamedArguments, nameRequiredArguments } from './required-arguments.ts';
import { restoreArguments } from './restore-arguments.ts';

/** @apollo/query-planner on one supergraph; runs in the planning thread only. */
export interface ApolloPlanner {
  readonly supergraph: PlannedSupergraph;
  plan(document: string, overrides?: readonly string[]): PlanRoot | undefined;
}

/** Builds the planner with every feature loaded: access rules and costs are enforced outside of it. */
export function createApolloPlanner(supergraphSdl: string): ApolloPlanner {
  const ordered = orderResolvableKeysFirst(parseSupergraph(supergraphSdl));
  const named = nameRequiredArguments(ordered);
  const supergraph = Supergraph.build(print(ordered), { supportedFeatures: null });
  const planned = withNames(supergraph, named);
  const planner = new QueryPlanner(planned, {
    incrementalDelivery: { enableDefer: true },
    generateQueryFragments: false,
  });
  const apiSchema = planned.apiSchema();
  return {
    supergraph: {
      apiSdl: printSchema(supergraph.apiSchema()),
      subgraphs: supergraph.subgraphsMetadata().map(({ name, url }) => ({ name, url })),
      standIns: Object.fromEntries([...named.standIns].map(([name, { field }]) => [name, field])),
    },
    plan: (document, overrides = []) => {
      const operation = operationFromDocument(apiSchema, parse(document), { validate: false });
      const overrideConditions = new Map(overrides.map((label) => [label, true]));
      const plan = plainRoot(planner.buildQueryPlan(operation, { overrideConditions }));
      return restoreArguments(plan, named);
    },
  };
}

/** What is external only to be required with arguments is external for nothing now: no fault of the supergraph. */
function withNames(supergraph: Supergraph, named: NamedArguments): Supergraph {
  if (named.standIns.size === 0) return supergraph;
  // Subgraphs are validated as they are extracted.
  supergraph.subgraphs();
  const options = { supportedFeatures: null, validateSupergraph: false } as const;
  return Supergraph.build(print(named.supergraph), options);
}

/** The planner's nodes are JSON apart from optional document nodes; our types describe that JSON. */
function plainRoot(plan: QueryPlan): PlanRoot | undefined {
  return plan.node === undefined ? undefined : (JSON.parse(JSON.stringify(plan.node)) as PlanRoot);
}
