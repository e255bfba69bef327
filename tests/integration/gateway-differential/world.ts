import {
  buildASTSchema,
  type GraphQLSchema,
  isInterfaceType,
  isObjectType,
  parse,
  printSchema,
} from 'graphql';
import { pino } from 'pino';

import { parseGatewayConfig } from '../../../gateway/config.ts';
import { createGateway, type Gateway } from '../../../gateway/create-gateway.ts';
import {
  compose,
  type TestResolver,
  type TestResolvers,
} from '../../../gateway/testing/federated.ts';
import { buildSchema, executeBody } from '../../../gateway/testing/subgraph-server.ts';
import { createInProcessTransport } from '../../../gateway/transport/in-process-transport.ts';

export type WorldObject = Readonly<Record<string, unknown>> & { readonly __typename: string };

/** One part of a split schema. */
export interface WorldSubgraph {
  readonly sdl: string;
  /** Keys by which the subgraph is entered, e.g. `Product: 'id'`. */
  readonly entities: Readonly<Record<string, string>>;
  /** Fields it must be told and does not know: taken from the representation only. */
  readonly told?: Readonly<Record<string, readonly string[]>>;
  /** Fields that are computed otherwise than in the merged schema, from what it is told. */
  readonly resolvers?: TestResolvers;
}

/** A merged schema, its data, and one way to split it. */
export interface World {
  readonly name: string;
  readonly objects: readonly WorldObject[];
  /** How the merged schema resolves fields that are not plain members. */
  readonly truth: TestResolvers;
  readonly subgraphs: Readonly<Record<string, WorldSubgraph>>;
}

/** A world brought up: the merged schema to compare with and a gateway over the split one. */
export interface RunningWorld {
  readonly name: string;
  readonly merged: GraphQLSchema;
  readonly gateway: Gateway;
}

export async function startWorld(world: World, signal: AbortSignal): Promise<RunningWorld> {
  const schemas = Object.entries(world.subgraphs).map(([name, subgraph]) => ({
    name,
    schema: buildSchema(subgraph.sdl, subgraphResolvers(world, subgraph)),
  }));
  const sdl = compose(
    Object.entries(world.subgraphs).map(([name, part]) => ({ name, sdl: part.sdl })),
  );
  const gateway = await createGateway({
    supergraph: { sdl },
    config: parseGatewayConfig({}),
    log: pino({ level: 'silent' }),
    signal,
    transports: (name) => {
      const schema = schemas.find((candidate) => candidate.name === name)?.schema;
      return (
        schema &&
        createInProcessTransport({
          execute: ({ body }) => executeBody(schema, body),
          subscribe: () => {
            throw new Error('No subscriptions here');
          },
        })
      );
    },
  });
  using lease = gateway.current.acquire();
  return { name: world.name, gateway, merged: mergedSchema(lease.graph.apiSchema, world.truth) };
}

/** The API schema as one server would have it. */
function mergedSchema(apiSchema: GraphQLSchema, truth: TestResolvers): GraphQLSchema {
  const schema = buildASTSchema(parse(printSchema(apiSchema)));
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) && !isInterfaceType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      const resolve = truth[type.name]?.[field.name];
      if (resolve !== undefined) field.resolve = resolve;
    }
  }
  return schema;
}

function subgraphResolvers(world: World, subgraph: WorldSubgraph): TestResolvers {
  const resolvers: Record<string, Record<string, TestResolver>> = {};
  const declares = (type: string, field: string): boolean => declaredIn(subgraph.sdl, type, field);
  for (const type of Object.keys({ ...world.truth, ...subgraph.resolvers })) {
    const own = { ...world.truth[type], ...subgraph.resolvers?.[type] };
    for (const [field, resolve] of Object.entries(own)) {
      if (declares(type, field)) (resolvers[type] ??= {})[field] = resolve;
    }
  }
  for (const [type, key] of Object.entries(subgraph.entities)) {
    const isInterface = !world.objects.some((object) => object.__typename === type);
    (resolvers[type] ??= {})['__resolveReference'] = (reference) => {
      const known = world.objects.find(
        (object) => object[key] === reference[key] && (object.__typename === type || isInterface),
      );
      if (known === undefined) return null;
      const told = new Set(subgraph.told?.[type] ?? []);
      const own = Object.fromEntries(Object.entries(known).filter(([name]) => !told.has(name)));
      const typename = subgraph.sdl.includes(`type ${type} @interfaceObject`)
        ? type
        : known.__typename;
      return { ...own, ...reference, __typename: typename };
    };
  }
  return resolvers;
}

function declaredIn(sdl: string, type: string, field: string): boolean {
  const document = parse(sdl, { noLocation: true });
  return document.definitions.some(
    (definition) =>
      'fields' in definition &&
      definition.name.value === type &&
      (definition.fields ?? []).some(({ name }) => name.value === field),
  );
}
