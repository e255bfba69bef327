import { getVariableValues, type GraphQLSchema, type OperationDefinitionNode } from 'graphql';

import type { JsonObject } from '../../kernel/json.ts';
import { type FormattedError, OperationRefused } from '../operation.ts';
import type { Conditions } from './projection/collect-fields.ts';

/** Coerces variables as graphql-js does; throws OperationRefused with every fault. */
export function coerceVariables(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  variables: JsonObject,
): Readonly<Record<string, unknown>> {
  const definitions = operation.variableDefinitions ?? [];
  if (definitions.length === 0) return {};
  const { coerced, errors } = getVariableValues(schema, definitions, variables, { maxErrors: 50 });
  if (errors === undefined) return coerced;
  throw new OperationRefused(
    errors.map((error): FormattedError => {
      const { message, locations } = error.toJSON();
      return { message, ...(locations && { locations }), extensions: { code: 'BAD_USER_INPUT' } };
    }),
  );
}

/** The values of the variables that decide which selections count, and a key for that set of values. */
export function readConditions(
  names: readonly string[],
  coerced: Readonly<Record<string, unknown>>,
): { readonly conditions: Conditions; readonly key: string } {
  if (names.length === 0) return { conditions: {}, key: '' };
  const conditions = Object.fromEntries(names.map((name) => [name, coerced[name] === true]));
  return { conditions, key: names.map((name) => (conditions[name] === true ? '1' : '0')).join('') };
}
