import {
  type FieldNode,
  type GraphQLCompositeType,
  type GraphQLSchema,
  isAbstractType,
  OperationTypeNode,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';

import type { ClientDocument } from './client-document.ts';
import type { Choose } from './planned-document.ts';
import { groupByArguments, type RequiredArguments } from './required-arguments.ts';

/**
 * Ways to read an operation, each without required fields whose arguments contradict: the first asks
 * for all but what the others ask for. One way for nearly every operation. Mutations run once only.
 */
export function splitOperation(
  schema: GraphQLSchema,
  client: ClientDocument,
  required: RequiredArguments,
): readonly Choose[] {
  const isQuery = client.operation.operation === OperationTypeNode.QUERY && !client.hasDefer;
  const groups =
    required.size > 1 && isQuery
      ? groupByArguments(coordinatesIn(schema, client, required), required)
      : [];
  if (groups.length < 2) return [() => 'ask'];
  const isIn = (group: ReadonlySet<string>, parent: GraphQLCompositeType, field: FieldNode) =>
    coordinatesOf(schema, parent, field.name.value).some((coordinate) => group.has(coordinate));
  const others = groups.slice(1);
  return [
    (parent, field) => (others.some((group) => isIn(group, parent, field)) ? 'omit' : 'ask'),
    ...others.map(
      (group): Choose =>
        (parent, field) =>
          isIn(group, parent, field) ? 'ask' : 'pass',
    ),
  ];
}

/** A field of an interface stands for that of each implementation. */
function coordinatesOf(
  schema: GraphQLSchema,
  parent: GraphQLCompositeType,
  field: string,
): string[] {
  const types = isAbstractType(parent) ? schema.getPossibleTypes(parent) : [parent];
  return types.map(({ name }) => `${name}.${field}`);
}

function coordinatesIn(
  schema: GraphQLSchema,
  client: ClientDocument,
  required: RequiredArguments,
): Set<string> {
  const found = new Set<string>();
  const info = new TypeInfo(schema);
  const visitor = visitWithTypeInfo(info, {
    Field(node) {
      const parent = info.getParentType();
      const coordinates = parent ? coordinatesOf(schema, parent, node.name.value) : [];
      for (const coordinate of coordinates) if (required.has(coordinate)) found.add(coordinate);
    },
  });
  for (const definition of [client.operation, ...client.fragments.values()]) {
    visit(definition, visitor);
  }
  return found;
}
