import { addResolversToSchema } from '@apollo/subgraph/dist/schema-helper/buildSchemaFromSDL.js';
import { entitiesResolver } from '@apollo/subgraph/dist/types.js';
import { buildASTSchema, concatAST, Kind, parse } from 'graphql';
import type { ConstDirectiveNode, DocumentNode, GraphQLSchema } from 'graphql';

type ResolverMap = Parameters<typeof addResolversToSchema>[1];

/**
 * The schema that `buildSubgraphSchema` of @apollo/subgraph makes, without checking it again and without the definitions of
 * federation's directives: composition has checked it, and checking took a third of a start.
 */
export function buildFederatedSchema(typeDefs: string, resolvers: ResolverMap): GraphQLSchema {
  const own = parse(typeDefs);
  const entities = entitiesOf(own);
  const definitions = own.definitions.filter(({ kind }) => kind !== Kind.SCHEMA_EXTENSION);
  const document = concatAST([
    { kind: Kind.DOCUMENT, definitions },
    parse(federationSdl(entities), { noLocation: true }),
  ]);
  const schema = buildASTSchema(document, { assumeValid: true, assumeValidSDL: true });
  addResolversToSchema(schema, {
    Query: {
      _service: () => ({ sdl: typeDefs }),
      ...(entities.length > 0 && { _entities: resolveEntities }),
    },
    ...(entities.length > 0 && { _Entity: { __resolveType: typeOf } }),
  });
  addResolversToSchema(schema, resolvers);
  return schema;
}

/** Names of the types that others ask for by a key, and not only are led to by it. */
function entitiesOf({ definitions }: DocumentNode): readonly string[] {
  return definitions.flatMap((node) =>
    node.kind === Kind.OBJECT_TYPE_DEFINITION && node.directives?.some(isResolvableKey)
      ? [node.name.value]
      : [],
  );
}

function isResolvableKey({ name, arguments: given = [] }: ConstDirectiveNode): boolean {
  const resolvable = given.find((one) => one.name.value === 'resolvable')?.value;
  return name.value === 'key' && !(resolvable?.kind === Kind.BOOLEAN && !resolvable.value);
}

/** What the subgraph specification of federation adds to a schema. */
function federationSdl(entities: readonly string[]): string {
  const service = `
    type _Service { sdl: String }
    extend type Query { _service: _Service! }`;
  return entities.length === 0
    ? service
    : `${service}
    scalar _Any
    union _Entity = ${entities.join(' | ')}
    extend type Query { _entities(representations: [_Any!]!): [_Entity]! }`;
}

function resolveEntities(
  _source: unknown,
  { representations }: { readonly representations: [] },
  ...[context, info]: [unknown, Parameters<typeof entitiesResolver>[0]['info']]
): unknown {
  return entitiesResolver({ representations, context, info });
}

function typeOf({ __typename }: { readonly __typename: string }): string {
  return __typename;
}
