import {
  getNamedType,
  getNullableType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
} from 'graphql';
import type { GraphQLField, GraphQLInputType } from 'graphql';

import { newId } from '../../kernel/ids.ts';
import type { JsonObject, JsonValue } from '../../kernel/json.ts';

/** The shortest operation that runs one root field, with well-formed arguments that name nothing that exists. */
export function minimalOperation(
  kind: 'query' | 'mutation',
  field: GraphQLField<unknown, unknown>,
): { readonly query: string; readonly variables: JsonObject } {
  const given = field.args.filter(({ type }) => isNonNullType(type));
  const declared = given.map(({ name, type }) => `$${name}: ${String(type)}`).join(', ');
  const passed = given.map(({ name }) => `${name}: $${name}`).join(', ');
  const selection = isCompositeType(getNamedType(field.type)) ? ' { __typename }' : '';
  return {
    query:
      `${kind}${declared === '' ? '' : ` (${declared})`} ` +
      `{ ${field.name}${passed === '' ? '' : `(${passed})`}${selection} }`,
    variables: Object.fromEntries(given.map(({ name, type }) => [name, sampleOf(type)])),
  };
}

const scalars: Readonly<Record<string, () => JsonValue>> = {
  ID: newId,
  Int: () => 1,
  Boolean: () => false,
  JSON: () => ({}),
  DateTime: () => new Date().toISOString(),
};

/** The shortest value of a type. */
export function sampleOf(type: GraphQLInputType): JsonValue {
  const inner = getNullableType(type);
  if (isListType(inner)) return [sampleOf(inner.ofType)];
  if (isEnumType(inner)) return inner.getValues()[0]?.name ?? null;
  if (isInputObjectType(inner)) {
    const required = Object.values(inner.getFields()).filter((field) => isNonNullType(field.type));
    return Object.fromEntries(required.map((field) => [field.name, sampleOf(field.type)]));
  }
  return (scalars[getNamedType(inner).name] ?? (() => 'sample'))();
}
