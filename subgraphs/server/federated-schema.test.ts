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

const isLedTo = (typeDefs: string, type: string): boolean =>
  new RegExp(`^type ${type} .*resolvable: false`, 'm').test(typeDefs);

it.each(['access', 'jobs', 'integrations', 'audit'])(
  'is for %s what @apollo/subgraph makes of it',
  (name) => {
    const typeDefs = readTypeDefs(name);
    const apollo = typesOf(buildSubgraphSchema({ typeDefs: parse(typeDefs) }));
    // That of Apollo also takes keys that nobody has to ask for here.
    const asked = (apollo['_Entity'] ?? '').replace(/ (\w+)(?: \||$)/g, (found, type: string) =>
      isLedTo(typeDefs, type) ? '' : found,
    );
    const wanted = { ...apollo, _Entity: asked.replace(/ \|$/, '') };
    expect(typesOf(buildFederatedSchema(typeDefs, {}))).toEqual(wanted);
  },
);
