import {
  getNamedType,
  getNullableType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql';
import type { GraphQLArgument, GraphQLField, GraphQLInputType } from 'graphql';

import type { JsonObject, JsonValue } from '../../kernel/json.ts';
import { sampleOf } from './minimal-operation.ts';

/** An operation with a text at one place of its arguments. */
export interface PoisonedOperation {
  readonly place: string;
  readonly query: string;
  readonly variables: JsonObject;
}

/** One operation for each place of a root field's arguments that takes text: texts, ids, enums, times and JSON. */
export function poisonedOperations(
  root: 'Query' | 'Mutation' | 'Subscription',
  field: GraphQLField<unknown, unknown>,
  text: string,
): readonly PoisonedOperation[] {
  return field.args.flatMap((arg) =>
    poisoned(arg.type, text, []).map(({ path, value }) => ({
      place: [root, field.name, arg.name, ...path].join('.'),
      ...operation(root, field, { arg, value }),
    })),
  );
}

interface Poisoned {
  readonly path: readonly string[];
  readonly value: JsonValue;
}

function operation(
  root: string,
  field: GraphQLField<unknown, unknown>,
  { arg, value }: { readonly arg: GraphQLArgument; readonly value: JsonValue },
): Omit<PoisonedOperation, 'place'> {
  const given = field.args.filter((other) => other === arg || isNonNullType(other.type));
  const declared = given.map(({ name, type }) => `$${name}: ${String(type)}`).join(', ');
  const passed = given.map(({ name }) => `${name}: $${name}`).join(', ');
  const selection = isCompositeType(getNamedType(field.type)) ? selectionOf(field) : '';
  const variables = given.map((one) => [one.name, one === arg ? value : sampleOf(one.type)]);
  return {
    query: `${root.toLowerCase()} (${declared}) { ${field.name}(${passed})${selection} }`,
    variables: Object.fromEntries(variables) as JsonObject,
  };
}

/** What tells of refusals: their codes, those of single members too. */
function selectionOf(field: GraphQLField<unknown, unknown>): string {
  const { userErrors, results } = fieldsOf(field);
  const errors = userErrors === undefined ? '' : ' userErrors { code field }';
  const isOfMembers = results !== undefined && 'userErrors' in fieldsOf(results);
  const members = isOfMembers ? ' results { userErrors { code field } }' : '';
  return ` { __typename${errors}${members} }`;
}

type Fields = Partial<Record<'userErrors' | 'results', GraphQLField<unknown, unknown>>>;

function fieldsOf(field: GraphQLField<unknown, unknown>): Fields {
  const type = getNamedType(field.type);
  return isObjectType(type) ? type.getFields() : {};
}

/** The values of a type with the text at one place each, everything else as short as can be. */
function poisoned(
  type: GraphQLInputType,
  text: string,
  within: readonly string[],
): readonly Poisoned[] {
  const inner = getNullableType(type);
  if (isListType(inner)) {
    return poisoned(inner.ofType, text, within).map(({ path, value }) => ({
      path: ['0', ...path],
      value: [value],
    }));
  }
  if (isInputObjectType(inner)) {
    // A type within itself has no other places than it has outside.
    if (within.includes(inner.name)) return [];
    const sample = sampleOf(inner) as JsonObject;
    return Object.values(inner.getFields()).flatMap((field) =>
      poisoned(field.type, text, [...within, inner.name]).map(({ path, value }) => ({
        path: [field.name, ...path],
        value: { ...sample, [field.name]: value },
      })),
    );
  }
  if (isEnumType(inner)) return [{ path: [], value: text }];
  return scalar(inner.name, text);
}

function scalar(name: string, text: string): readonly Poisoned[] {
  if (['Int', 'Float', 'Boolean'].includes(name)) return [];
  if (name !== 'JSON') return [{ path: [], value: text }];
  return [
    { path: ['value'], value: { deep: [{ text }] } },
    { path: ['name'], value: { [text]: 1 } },
  ];
}
