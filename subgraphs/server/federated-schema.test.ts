import { buildSubgraphSchema } from '@apollo/subgraph';
import { lexicographicSortSchema, parse, printType } from 'graphql';
import type { GraphQLSchema } from 'graphql';
import { expect, it } from 'vitest';
import { buildFederatedSchema } from './federated-schema.ts';
import { readTypeDefs } from './schema.ts';

function typesOf(schema: GraphQLSchema): Readonly<Record<string, string>> {
  const types = Object.values(lexicographicSortSchema(schema).getTypeMap());
  return Object.fromEntries(
    types
      .filter(({ name }) => !/^(__|federation__|link__)/.test(name))
      .map((type) => [type.name, printType(type)]),
  );
}

it.each(['access', 'jobs', 'integrations', 'audit'])(
  'is for %s what @apollo/subgraph makes of it',
  (name) => {
    const typeDefs = readTypeDefs(name);
    const apollo = typesOf(buildSubgraphSchema({ typeDefs: parse(typeDefs) }));
    expect(typesOf(buildFederatedSchema(typeDefs, {}))).toEqual(apollo);
  },
);
