import { operationFromDocument, printSchema, Supergraph } from '@apollo/federation-internals';
import { QueryPlanner, type QueryPlan } from '@apollo/query-planner';
import { type DocumentNode, print } from 'graphql';

import { orderResolvableKeysFirst } from '../supergraph/order-keys.ts';
import { parseSupergraph } from '../supergraph/parse-supergraph.ts';
import { createLiteralMarks } from './exact-literals.ts';
import { findExecutableDirectives } from './executable-directives.ts';
import { leaveOutUnknown } from './leave-out-unknown.ts';
import { partComputedFields } from './part-computed-fields.ts';
import { readPath } from './plan-path.ts';
import type { PlanRoot } from './plan.ts';
import type { PlannedSupergraph } from './planner.ts';
import { nameRequiredArguments } from './required-arguments.ts';
import { restoreArguments } from './restore-arguments.ts';
import { shareMembers } from './share-members.ts';

/** @apollo/query-planner on one supergraph; runs in the planning thread only. */
export interface ApolloPlanner {
  readonly supergraph: PlannedSupergraph;
  plan(document: string, overrides?: readonly string[]): PlanRoot | undefined;
}

/** Builds the planner with every feature loaded: access rules and costs are enforced outside of it. */
export function createApolloPlanner(supergraphSdl: string): ApolloPlanner {
  const ordered = orderResolvableKeysFirst(parseSupergraph(supergraphSdl));
  const shared = shareMembers(ordered);
  const named = nameRequiredArguments(shared.supergraph);
  const supergraph = Supergraph.build(print(ordered), { supportedFeatures: null });
  const { document: parted, partOf } = partComputedFields(named.supergraph);
  const isRewritten = shared.unknown.size > 0 || named.standIns.size > 0 || partOf.size > 0;
  const planned = isRewritten ? rebuild(supergraph, parted) : supergraph;
  const planner = new QueryPlanner(planned, {
    incrementalDelivery: { enableDefer: true },
    generateQueryFragments: false,
    typeConditionedFetching: true,
  });
  const apiSchema = planned.apiSchema();
  const directives = findExecutableDirectives(ordered, {
    hasDirective: (name) => apiSchema.directive(name) !== undefined,
    hasType: (name) => apiSchema.type(name) !== undefined,
  });
  const apiSdl = `${printSchema(supergraph.apiSchema())}\n${directives.sdl}`;
  const markLiterals = createLiteralMarks(apiSdl);
  return {
    supergraph: {
      apiSdl,
      subgraphs: supergraph.subgraphsMetadata().map(({ name, url }) => ({ name, url })),
      standIns: Object.fromEntries([...named.standIns].map(([name, { field }]) => [name, field])),
    },
    plan: (text, overrides = []) => {
      const { document, restore } = markLiterals(text);
      const operation = operationFromDocument(apiSchema, directives.remove(document), {
        validate: false,
      });
      const overrideConditions = new Map(overrides.map((label) => [label, true]));
      const plan = plainRoot(planner.buildQueryPlan(operation, { overrideConditions }), partOf);
      return restore(leaveOutUnknown(restoreArguments(plan, named), shared));
    },
  };
}

/** The rewritten one fails the checks of a composed one, e.g. where a field is external for nothing now. */
function rebuild(supergraph: Supergraph, rewritten: DocumentNode): Supergraph {
  // Subgraphs are validated as they are extracted.
  supergraph.subgraphs();
  const options = { supportedFeatures: null, validateSupergraph: false } as const;
  return Supergraph.build(print(rewritten), options);
}

/**
 * The planner's nodes are JSON apart from optional document nodes; our types describe that JSON.
 * Parts of a subgraph get its name, and paths are read.
 */
function plainRoot(plan: QueryPlan, partOf: ReadonlyMap<string, string>): PlanRoot | undefined {
  if (plan.node === undefined) return undefined;
  const text = JSON.stringify(plan.node, (key, value: unknown) => {
    if (key === 'serviceName' && typeof value === 'string') return partOf.get(value) ?? value;
    return key === 'path' && Array.isArray(value) ? readPath(value.map(String)) : value;
  });
  return JSON.parse(text) as PlanRoot;
}
