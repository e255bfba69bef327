import {
  type GraphQLInputType,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isRequiredInputField,
  Kind,
  type NamedTypeNode,
  type TypeNode,
  typeFromAST,
  type VariableDefinitionNode,
} from 'graphql';

import type { JsonObject } from '../../kernel/json.ts';
import type { Parsed } from './documents.ts';

const scalars: Readonly<Record<string, JsonObject>> = {
  Int: { type: 'integer', minimum: -(2 ** 31), maximum: 2 ** 31 - 1 },
  Float: { type: 'number' },
  String: { type: 'string' },
  Boolean: { type: 'boolean' },
  ID: { type: ['string', 'integer'] },
};

/** JSON Schema of the variables of an operation; what is not known of their types is left open. */
export function variablesSchema(
  { operation }: Parsed,
  schema: GraphQLSchema | undefined,
): JsonObject {
  const variables = operation.variableDefinitions ?? [];
  const found = new Map<string, JsonObject>();
  const properties = variables.map(
    ({ variable, type }) => [variable.name.value, typeSchema(type, schema, found)] as const,
  );
  return {
    type: 'object',
    properties: Object.fromEntries(properties),
    required: variables.filter(isRequired).map(({ variable }) => variable.name.value),
    additionalProperties: false,
    ...(found.size === 0 ? {} : { $defs: Object.fromEntries(found) }),
  };
}

function isRequired({ type, defaultValue }: VariableDefinitionNode): boolean {
  return type.kind === Kind.NON_NULL_TYPE && defaultValue === undefined;
}

function typeSchema(
  type: TypeNode,
  schema: GraphQLSchema | undefined,
  found: Map<string, JsonObject>,
): JsonObject {
  if (type.kind === Kind.NON_NULL_TYPE) return strict(type.type, schema, found);
  return orNull(strict(type, schema, found));
}

function strict(
  type: TypeNode,
  schema: GraphQLSchema | undefined,
  found: Map<string, JsonObject>,
): JsonObject {
  if (type.kind === Kind.NON_NULL_TYPE) return strict(type.type, schema, found);
  if (type.kind === Kind.LIST_TYPE) return listOf(typeSchema(type.type, schema, found));
  return namedSchema(type, schema, found);
}

function namedSchema(
  type: NamedTypeNode,
  schema: GraphQLSchema | undefined,
  found: Map<string, JsonObject>,
): JsonObject {
  const known = schema === undefined ? undefined : typeFromAST(schema, type);
  // A document that was checked has input types for its variables.
  return known === undefined
    ? (scalars[type.name.value] ?? {})
    : inputSchema(known as GraphQLInputType, found);
}

function inputSchema(type: GraphQLInputType, found: Map<string, JsonObject>): JsonObject {
  if (isNonNullType(type)) return inputSchema(type.ofType, found);
  if (isListType(type)) return listOf(nullableInput(type.ofType, found));
  if (isEnumType(type)) return { enum: type.getValues().map(({ name }) => name) };
  if (!isInputObjectType(type)) return scalars[type.name] ?? {};
  if (!found.has(type.name)) {
    // Known before its fields are: a type may refer to itself.
    found.set(type.name, {});
    const fields = Object.values(type.getFields());
    found.set(type.name, {
      type: 'object',
      properties: Object.fromEntries(
        fields.map((field) => [field.name, nullableInput(field.type, found)]),
      ),
      required: fields.filter(isRequiredInputField).map(({ name }) => name),
      additionalProperties: false,
    });
  }
  return { $ref: `#/$defs/${type.name}` };
}

function nullableInput(type: GraphQLInputType, found: Map<string, JsonObject>): JsonObject {
  const schema = inputSchema(type, found);
  return isNonNullType(type) ? schema : orNull(schema);
}

/** A single value is taken for a list of one (GraphQL "List input coercion"), which nobody here has to rely on. */
function listOf(items: JsonObject): JsonObject {
  return { type: 'array', items };
}

function orNull(schema: JsonObject): JsonObject {
  if (Object.keys(schema).length === 0) return schema;
  return { anyOf: [schema, { type: 'null' }] };
}
