import { getNamedType, isInterfaceType, isLeafType, isObjectType, isUnionType } from 'graphql';
import type { GraphQLSchema } from 'graphql';
import type { GraphQLField, GraphQLInterfaceType, GraphQLObjectType } from 'graphql';

import type { SubgraphName } from '../../../kernel/config/subgraphs.ts';
import { newId } from '../../../kernel/ids.ts';
import type { JsonObject } from '../../../kernel/json.ts';
import { buildFederatedSchema } from '../../../subgraphs/server/federated-schema.ts';
import { readTypeDefs } from '../../../subgraphs/server/schema.ts';
import type { TenantObjects } from '../tenant-objects.ts';
import { entities, making, naming } from './arguments.ts';

export interface Asked {
  readonly query: string;
  readonly variables: JsonObject;
}

/** A root field as callers ask for it, or one type of `_entities`. */
export interface Operation {
  /** `Query.job`, `_entities(Job)`. */
  readonly name: string;
  readonly subgraph: SubgraphName;
  readonly root: 'Query' | 'Mutation' | 'Subscription';
  /** The gateway asks subgraphs for entities and for what is inaccessible, its clients do not. */
  readonly isEntity: boolean;
  /** Answers differ between the own tenant and others. */
  readonly isNaming: boolean;
  ask(objects: TenantObjects): Asked;
}

const roots = ['Query', 'Mutation', 'Subscription'] as const;
const names = ['access', 'jobs', 'integrations', 'audit'] as const;

/** Every operation of every subgraph, as the SDL has them. */
export function allOperations(): readonly Operation[] {
  return names.flatMap((name) => {
    const schema = buildFederatedSchema(readTypeDefs(name), {});
    return [...rootFields(schema, name), ...entityFields(schema, name)];
  });
}

function rootFields(schema: GraphQLSchema, subgraph: SubgraphName): readonly Operation[] {
  return roots.flatMap((root) => {
    const type = schema.getType(root);
    const fields = isObjectType(type) ? Object.values(type.getFields()) : [];
    return fields
      .filter(({ name }) => !name.startsWith('_'))
      .map((field) => {
        const name = `${root}.${field.name}`;
        return {
          ...{ name, subgraph, root, isNaming: name in naming },
          isEntity: isInaccessible(field),
          ask: (objects: TenantObjects) => ask(root, field, argumentsFor(name, objects)),
        };
      });
  });
}

function isInaccessible({ astNode }: GraphQLField<unknown, unknown>): boolean {
  return astNode?.directives?.some(({ name }) => name.value === 'inaccessible') === true;
}

function argumentsFor(name: string, objects: TenantObjects): JsonObject {
  const mark = `m${newId().slice(-12)}`;
  return naming[name]?.(objects, mark) ?? making[name]?.(mark) ?? {};
}

function ask(
  root: (typeof roots)[number],
  field: GraphQLField<unknown, unknown>,
  variables: JsonObject,
): Asked {
  const given = field.args.filter(({ name }) => name in variables);
  const declared = given.map(({ name, type }) => `$${name}: ${String(type)}`).join(', ');
  const passed = given.map(({ name }) => `${name}: $${name}`).join(', ');
  const type = getNamedType(field.type);
  const selection = isObjectType(type) || isInterfaceType(type) ? ` { ${selectionOf(type)} }` : '';
  const query = `${root.toLowerCase()}${declared && ` (${declared})`} { ${field.name}${passed && `(${passed})`}${selection} }`;
  return { query, variables };
}

/** What names the objects of an answer and tells why there are none. */
function selectionOf(type: GraphQLObjectType | GraphQLInterfaceType): string {
  const fields = type.getFields();
  const nodes = fields['nodes'] && getNamedType(fields['nodes'].type);
  const hasIds = isObjectType(nodes) && 'id' in nodes.getFields();
  const results = fields['results'] && getNamedType(fields['results'].type);
  const each = isObjectType(results) ? `results { ${selectionOf(results)} }` : '';
  return [
    '__typename',
    'id' in fields ? 'id' : '',
    'matched' in fields ? 'matched' : '',
    'userErrors' in fields ? 'userErrors { code field message }' : '',
    hasIds ? 'nodes { id }' : '',
    each,
  ]
    .filter((part) => part !== '')
    .join(' ');
}

function entityFields(schema: GraphQLSchema, subgraph: SubgraphName): readonly Operation[] {
  const union = schema.getType('_Entity');
  const types = isUnionType(union) ? union.getTypes() : [];
  return types.map(({ name: type }) => ({
    ...{ name: `_entities(${type})`, subgraph, root: 'Query' as const },
    ...{ isEntity: true, isNaming: true },
    ask: (objects) => {
      const kind = entities[type];
      if (kind === undefined) throw new Error(`the matrix knows no object of the type ${type}`);
      return {
        // The key alone comes back from what was asked; only a field of the subgraph tells that there is such an object.
        query: `query ($of: [_Any!]!) { _entities(representations: $of) { __typename ... on ${type} { ${fieldOf(schema, type)} } } }`,
        variables: { of: [{ __typename: type, id: objects[kind] }] },
      };
    },
  }));
}

/** A field that the subgraph itself answers: a plain one, or else a list of what belongs to the object. */
function fieldOf(schema: GraphQLSchema, name: string): string {
  const type = schema.getType(name);
  const fields = isObjectType(type) ? Object.values(type.getFields()) : [];
  const others = fields.filter((field) => field.name !== 'id');
  const plain = others.find((field) => isLeafType(getNamedType(field.type)));
  return plain?.name ?? `${others[0]?.name ?? ''} { nodes { id } }`;
}
