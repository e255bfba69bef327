import {
  type FieldNode,
  type FragmentDefinitionNode,
  type FragmentSpreadNode,
  getNamedType,
  type GraphQLOutputType,
  type GraphQLSchema,
  type InlineFragmentNode,
  isCompositeType,
  isEnumType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type SelectionSetNode,
} from 'graphql';

import type { JsonObject } from '../../kernel/json.ts';
import type { Parsed } from './documents.ts';

/** Most fields that are described: fragments in fragments multiply. */
const maxFields = 2_000;

const scalars: Readonly<Record<string, JsonObject>> = {
  Int: { type: 'integer' },
  Float: { type: 'number' },
  String: { type: 'string' },
  Boolean: { type: 'boolean' },
  ID: { type: 'string' },
};

interface Walk {
  readonly schema: GraphQLSchema;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  left: number;
}

/** JSON Schema of the `data` that an operation answers; undefined where it is not known or too large to be told. */
export function dataSchema(
  { document, operation }: Parsed,
  schema: GraphQLSchema,
): JsonObject | undefined {
  const root = schema.getRootType(operation.operation);
  if (root === undefined || root === null) return undefined;
  const fragments = document.definitions.flatMap((definition) =>
    definition.kind === Kind.FRAGMENT_DEFINITION
      ? [[definition.name.value, definition] as const]
      : [],
  );
  const walk: Walk = { schema, fragments: new Map(fragments), left: maxFields };
  const described = selected(walk, root.name, operation.selectionSet);
  return walk.left < 0 ? undefined : described;
}

function selected(walk: Walk, typeName: string, selectionSet: SelectionSetNode): JsonObject {
  const properties: Record<string, JsonObject> = {};
  collect(walk, { typeName, selectionSet, properties });
  return { type: 'object', properties };
}

interface Collecting {
  readonly typeName: string;
  readonly selectionSet: SelectionSetNode;
  readonly properties: Record<string, JsonObject>;
}

function collect(walk: Walk, { typeName, selectionSet, properties }: Collecting): void {
  for (const selection of selectionSet.selections) {
    walk.left -= 1;
    if (walk.left < 0) return;
    if (selection.kind === Kind.FIELD) describeField(walk, selection, { typeName, properties });
    else collectFragment(walk, selection, { typeName, properties });
  }
}

type Place = Pick<Collecting, 'typeName' | 'properties'>;

function describeField(walk: Walk, field: FieldNode, { typeName, properties }: Place): void {
  const type = fieldType(walk, typeName, field.name.value);
  properties[field.alias?.value ?? field.name.value] =
    type === undefined ? {} : outputSchema(walk, type, field.selectionSet);
}

function collectFragment(
  walk: Walk,
  node: InlineFragmentNode | FragmentSpreadNode,
  { typeName, properties }: Place,
): void {
  const inner = node.kind === Kind.INLINE_FRAGMENT ? node : walk.fragments.get(node.name.value);
  if (inner === undefined) return;
  const within = inner.typeCondition?.name.value ?? typeName;
  collect(walk, { typeName: within, selectionSet: inner.selectionSet, properties });
}

function fieldType(walk: Walk, typeName: string, name: string): GraphQLOutputType | undefined {
  const type = walk.schema.getType(typeName);
  return isObjectType(type) || isInterfaceType(type) ? type.getFields()[name]?.type : undefined;
}

function outputSchema(
  walk: Walk,
  type: GraphQLOutputType,
  selectionSet: SelectionSetNode | undefined,
): JsonObject {
  if (isNonNullType(type)) return bareSchema(walk, type.ofType, selectionSet);
  const schema = bareSchema(walk, type, selectionSet);
  return Object.keys(schema).length === 0 ? schema : { anyOf: [schema, { type: 'null' }] };
}

function bareSchema(
  walk: Walk,
  type: GraphQLOutputType,
  selectionSet: SelectionSetNode | undefined,
): JsonObject {
  if (isListType(type))
    return { type: 'array', items: outputSchema(walk, type.ofType, selectionSet) };
  if (isEnumType(type)) return { enum: type.getValues().map(({ name }) => name) };
  const named = getNamedType(type);
  if (isCompositeType(named) && selectionSet !== undefined)
    return selected(walk, named.name, selectionSet);
  return scalars[named.name] ?? {};
}
