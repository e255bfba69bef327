import {
  operationFromDocument,
  printSchema,
  type Schema,
  Supergraph,
} from '@apollo/federation-internals';
import { QueryPlanner, type QueryPlan } from '@apollo/query-planner';
import type { DocumentNode } from 'graphql';

import { orderResolvableKeysFirst } from '../supergraph/order-keys.ts';
import { parseSupergraph } from '../supergraph/parse-supergraph.ts';
import { buildSupergraph } from './build-supergraph.ts';
import { createLiteralMarks } from './exact-literals.ts';
import { findExecutableDirectives } from './executable-directives.ts';
import { detourNestedKeys, partComputedFields } from './part-computed-fields.ts';
import { keyInterfaceObjects } from './interface-object-keys.ts';
import { readPath } from './plan-path.ts';
import type { PlanRoot } from './plan.ts';
import type { PlannedSupergraph } from './planner.ts';
import { nameRequiredArguments } from './required-arguments.ts';
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
  const supergraph = buildSupergraph(ordered);
  const parted = partComputedFields(named.supergraph);
  const isRewritten = named.standIns.size > 0 || parted.partOf.size > 0;
  const planned = isRewritten ? rebuild(supergraph, parted.document) : supergraph;
  const first = openPlanner(planned, parted.partOf);
  const second = openDetour(supergraph, named.supergraph);
  const { apiSchema } = first;
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
      const plain = directives.remove(document);
      const plan = planWithEither(plain, overrides, { first, second });
      return restore(restoreArguments(keyInterfaceObjects(plan), named));
    },
  };
}

interface OpenPlanner {
  readonly apiSchema: Schema;
  plan(document: DocumentNode, overrides: readonly string[]): PlanRoot | undefined;
}

function openPlanner(planned: Supergraph, partOf: ReadonlyMap<string, string>): OpenPlanner {
  const planner = new QueryPlanner(planned, {
    incrementalDelivery: { enableDefer: true },
    generateQueryFragments: false,
    typeConditionedFetching: true,
  });
  const apiSchema = planned.apiSchema();
  return {
    apiSchema,
    plan: (document, overrides) => {
      const operation = operationFromDocument(apiSchema, document, { validate: false });
      const overrideConditions = new Map(overrides.map((label) => [label, true]));
      return plainRoot(planner.buildQueryPlan(operation, { overrideConditions }), partOf);
    },
  };
}

/** Built when it is first needed; undefined where it would be no other. */
function openDetour(supergraph: Supergraph, document: DocumentNode): () => OpenPlanner | undefined {
  let opened: OpenPlanner | undefined;
  return () => {
    if (opened !== undefined) return opened;
    const detour = detourNestedKeys(document);
    if (detour === undefined) return undefined;
    opened = openPlanner(rebuild(supergraph, detour.document), detour.partOf);
    return opened;
  };
}

/** What the first one says is thrown where neither has a plan. */
function planWithEither(
  document: DocumentNode,
  overrides: readonly string[],
  {
    first,
    second,
  }: { readonly first: OpenPlanner; readonly second: () => OpenPlanner | undefined },
): PlanRoot | undefined {
  try {
    return first.plan(document, overrides);
  } catch (error) {
    try {
      const plan = second()?.plan(document, overrides);
      if (plan !== undefined) return plan;
    } catch {
      // It knows no more.
    }
    throw error;
  }
}

/** The rewritten one fails the checks of a composed one, e.g. where a field is external for nothing now. */
function rebuild(supergraph: Supergraph, rewritten: DocumentNode): Supergraph {
  // Subgraphs are validated as they are extracted.
  supergraph.subgraphs();
  const options = { supportedFeatures: null, validateSupergraph: false } as const;
  return Supergraph.build(rewritten, options);
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
