import { type DocumentNode, Kind, visit } from 'graphql';

import { ExactNumber } from '../../kernel/exact-number.ts';
import type { JsonObject, JsonValue } from '../../kernel/json.ts';
import { OperationRefused } from '../operation.ts';

// What is nested deeper ends the stack of whoever reads or writes it, here or in a subgraph.
const maxDepth = 500;
// The planner looks at what stands in lists of lists twice for each list around it.
const maxLists = 8;

/** Refuses variables that cannot be walked through. */
export function requireShallowVariables(variables: JsonObject | undefined): void {
  if (variables !== undefined && isDeeper(variables, maxDepth))
    throw tooDeep(`The variables are nested more than ${maxDepth} levels deep`);
}

function isDeeper(value: JsonValue, depth: number): boolean {
  if (typeof value !== 'object' || value === null || value instanceof ExactNumber) return false;
  if (depth === 0) return true;
  return Object.values<JsonValue>(value).some((inner) => isDeeper(inner, depth - 1));
}

/** Refuses values written into a document that cannot be walked through, or not in reasonable time. */
export function requireShallowValues(document: DocumentNode): void {
  let lists = 0;
  let depth = 0;
  const enter = (isList: boolean): void => {
    lists += isList ? 1 : 0;
    depth += 1;
    if (lists > maxLists)
      throw tooDeep(`The document has more than ${maxLists} lists in one another; use a variable`);
    if (depth > maxDepth)
      throw tooDeep(`The document has values more than ${maxDepth} levels deep; use a variable`);
  };
  const leave = (isList: boolean): void => {
    lists -= isList ? 1 : 0;
    depth -= 1;
  };
  visit(document, {
    [Kind.LIST]: {
      enter: () => {
        enter(true);
      },
      leave: () => {
        leave(true);
      },
    },
    [Kind.OBJECT]: {
      enter: () => {
        enter(false);
      },
      leave: () => {
        leave(false);
      },
    },
  });
}

function tooDeep(message: string): OperationRefused {
  return new OperationRefused([{ message, extensions: { code: 'LIMIT_EXCEEDED' } }]);
}
