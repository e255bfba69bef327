import {
  getVariableValues,
  type GraphQLError,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';

import { ExactNumber, hasMadeExactNumbers } from '../../../kernel/exact-number.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../../kernel/json.ts';
import type { Conditions } from '../../answer/projection/collect-fields.ts';
import { type FormattedError, OperationRefused } from '../../operation.ts';
import { UploadedFile } from '../../uploaded-file.ts';

// Each message quotes the whole value: more than one only where that is short.
const quotableLength = 10_000;
const maxMessageLength = 1_000;

/** Coerces variables as graphql-js does; throws OperationRefused with the faults. */
export function coerceVariables(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  variables: JsonObject,
): Readonly<Record<string, unknown>> {
  const definitions = operation.variableDefinitions ?? [];
  if (definitions.length === 0) return {};
  const given = withDoubles(variables);
  const { coerced, errors } = getVariableValues(schema, definitions, given, { maxErrors: 1 });
  if (errors === undefined) return coerced;
  const isShort = JSON.stringify(variables).length < quotableLength;
  const all = isShort
    ? getVariableValues(schema, definitions, given, { maxErrors: 50 }).errors
    : errors.slice(0, 1);
  throw new OperationRefused((all ?? errors).map(formatFault));
}

/** Only what subgraphs are sent keeps exact numbers: the types of GraphQL do not know them. */
function withDoubles(variables: JsonObject): Readonly<Record<string, unknown>> {
  return hasMadeExactNumbers() ? mapMembers(variables, toDoubles) : variables;
}

function toDoubles(value: JsonValue): unknown {
  if (value instanceof ExactNumber) return value.valueOf();
  if (Array.isArray(value)) return value.map(toDoubles);
  // A file is no JSON, and stays what it is.
  const isFile = (value as unknown) instanceof UploadedFile;
  return isJsonObject(value) && !isFile ? mapMembers(value, toDoubles) : value;
}

function mapMembers(
  object: JsonObject,
  map: (value: JsonValue) => unknown,
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, map(value)]));
}

function formatFault({ message, locations }: GraphQLError): FormattedError {
  return {
    message: message.slice(0, maxMessageLength),
    ...(locations && { locations }),
    extensions: { code: 'BAD_USER_INPUT' },
  };
}

/** The values of the variables that decide which selections count, and a key for that set of values. */
export function readConditions(
  names: readonly string[],
  coerced: Readonly<Record<string, unknown>>,
): { readonly conditions: Conditions; readonly key: string } {
  if (names.length === 0) return { conditions: {}, key: '' };
  // Only @defer takes a variable without a value, and its `if` is then what it is by default.
  const isTrue = (name: string): boolean => coerced[name] === undefined || coerced[name] === true;
  const conditions = Object.fromEntries(names.map((name) => [name, isTrue(name)]));
  return { conditions, key: names.map((name) => (conditions[name] === true ? '1' : '0')).join('') };
}
