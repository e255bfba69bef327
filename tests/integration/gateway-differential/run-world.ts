import { composeServices } from '@apollo/composition';
import {
  buildASTSchema,
  type DocumentNode,
  type GraphQLSchema,
  isObjectType,
  parse,
  printSchema,
} from 'graphql';

import { parseGatewayConfig } from '../../../gateway/config/config.ts';
import { createFlights } from '../../../gateway/execute/fetch/flights.ts';
import { createInProcessTransport } from '../../../gateway/execute/transport/in-process-transport.ts';
import { createHivePlanner } from '../../../gateway/plan/hive-planner.ts';
import type { Planner } from '../../../gateway/plan/planner.ts';
import { createTwoPlanners } from '../../../gateway/plan/two-planners.ts';
import { createGraph, type LoadedGraph } from '../../../gateway/supergraph/create-graph.ts';
import { withLink } from '../../../gateway/testing/federated.ts';
import { planHere } from '../../../gateway/testing/plan-here.ts';
import { executeBody } from '../../../gateway/testing/subgraph-server.ts';
import { readFacts, type SubgraphFacts } from './subgraph-facts.ts';
import { buildSubgraph } from './subgraph.ts';
import { type Requirement, TrueValues } from './true-values.ts';
import type { Truth, World, WorldObject } from './world.ts';

/** A world brought up: the merged graph to compare with and a gateway's graph over the split one. */
export interface RunningWorld extends Disposable {
  readonly world: World;
  readonly supergraph: string;
  readonly merged: GraphQLSchema;
  readonly graph: LoadedGraph;
  /** What each of the two worlds has become. */
  readonly truths: { readonly merged: Truth; readonly split: Truth };
}

interface Part {
  readonly name: string;
  readonly document: DocumentNode;
  readonly facts: SubgraphFacts;
}

/** Faults of composition, for worlds that nobody has composed before. */
export class NotComposed extends Error {
  override readonly name = 'NotComposed';
}

export async function startWorld(world: World): Promise<RunningWorld> {
  const parts = Object.entries(world.subgraphs).map(([name, sdl]): Part => {
    const document = world.old?.includes(name) === true ? parse(sdl) : withLink(sdl);
    return { name, document, facts: readFacts(document) };
  });
  const supertypes = readSupertypes(parts);
  const truths = { merged: world.truth(), split: world.truth() };
  const schemas = new Map<string, GraphQLSchema>();
  const requirements = readRequirements(parts, schemas);
  const split = new TrueValues(truths.split, supertypes, requirements);
  for (const part of parts) schemas.set(part.name, buildPart(part, parts, split));
  const supergraph = composeParts(parts);
  const graph = await loadGraph(supergraph, schemas);
  return {
    world,
    supergraph,
    graph,
    truths,
    merged: buildMerged(graph.apiSchema, new TrueValues(truths.merged, supertypes, requirements)),
    [Symbol.dispose]: () => graph[Symbol.dispose](),
  };
}

function composeParts(parts: readonly Part[]): string {
  const services = parts.map(({ name, document }) => ({
    name,
    url: `http://${name}.test/graphql`,
    typeDefs: document,
  }));
  const { supergraphSdl, errors } = composeServices(services);
  if (errors !== undefined) throw new NotComposed(errors.map(({ message }) => message).join('\n'));
  return supergraphSdl;
}

function buildPart(
  { name, document, facts }: Part,
  parts: readonly Part[],
  values: TrueValues,
): GraphQLSchema {
  const lost = new Set(parts.flatMap((other) => takenFrom(name, other.facts)));
  return buildSubgraph({ document, facts, values, lost });
}

function takenFrom(name: string, facts: SubgraphFacts): string[] {
  return [...facts].flatMap(([type, { fields }]) =>
    [...fields].flatMap(([field, { overrides }]) => (overrides === name ? `${type}.${field}` : [])),
  );
}

async function loadGraph(
  supergraphSdl: string,
  schemas: ReadonlyMap<string, GraphQLSchema>,
): Promise<LoadedGraph> {
  const config = parseGatewayConfig({});
  const flights = createFlights();
  return createGraph(supergraphSdl, {
    planner: planTwice,
    flights,
    subgraph: (name, url) => ({
      name,
      url,
      transport: transportTo(schemaOf(name, schemas)),
      forwarded: () => ({}),
      headers: () => Promise.resolve({}),
    }),
    limits: config.limits,
    isIntrospectionAllowed: true,
    isSuggesting: true,
    isMerging: config.execution.isMergingFetches,
    maxCachedDocuments: 100,
    observer: {},
    overrides: {},
    onWritten: () => flights.forget(),
  });
}

async function planTwice(supergraphSdl: string): Promise<Planner> {
  const hive = createHivePlanner(supergraphSdl, 10_000);
  return createTwoPlanners({ apollo: await planHere(supergraphSdl), hive, first: 'apollo' });
}

function transportTo(schema: GraphQLSchema) {
  return createInProcessTransport({
    execute: ({ body }) => executeBody(schema, body),
    subscribe: () => {
      throw new Error('No subscriptions here');
    },
  });
}

function readSupertypes(parts: readonly Part[]): ReadonlyMap<string, ReadonlySet<string>> {
  const supertypes = new Map<string, Set<string>>();
  const add = (type: string, supertype: string) =>
    supertypes.set(type, (supertypes.get(type) ?? new Set()).add(supertype));
  for (const definition of parts.flatMap(({ document }) => document.definitions)) {
    if ('interfaces' in definition) {
      for (const { name } of definition.interfaces ?? []) add(definition.name.value, name.value);
    } else if ('types' in definition) {
      for (const { name } of definition.types ?? []) add(name.value, definition.name.value);
    }
  }
  return supertypes;
}

/** The API schema as one server would have it. */
function buildMerged(apiSchema: GraphQLSchema, values: TrueValues): GraphQLSchema {
  const schema = buildASTSchema(parse(printSchema(apiSchema)));
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue;
    for (const field of Object.values(type.getFields())) {
      // The root has no source; everything else came from the truth.
      field.resolve = (source: WorldObject | undefined, args: Record<string, unknown>) =>
        values.value(source ?? { __typename: type.name }, field.name, args);
    }
  }
  return schema;
}

/** The requirements of all subgraphs. */
function readRequirements(
  parts: readonly Part[],
  schemas: ReadonlyMap<string, GraphQLSchema>,
): Requirement[] {
  return parts.flatMap(({ name, facts }) =>
    [...facts].flatMap(([type, { fields }]) =>
      [...fields].flatMap(([field, { requires: set }]) =>
        set === undefined ? [] : [{ type, field, set, schema: () => schemaOf(name, schemas) }],
      ),
    ),
  );
}

function schemaOf(name: string, schemas: ReadonlyMap<string, GraphQLSchema>): GraphQLSchema {
  const schema = schemas.get(name);
  if (schema === undefined) throw new Error(`No subgraph ${name}`);
  return schema;
}

/** All that mutations may have changed. */
export function stateOf(truth: Truth): string {
  return JSON.stringify(truth.objects);
}
