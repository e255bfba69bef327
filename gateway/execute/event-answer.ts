import type { ExecutionResult } from 'graphql';

import { parseJson, type JsonValue } from '../../kernel/json.ts';
import { type DataValue, isDataObject } from './data.ts';
import type { SubgraphAnswer } from './fetch/subgraph-answer.ts';
import { readErrors } from './fetch/subgraph-errors.ts';

/** The event of a subgraph's subscription, copied: equal clients share it and each fills its own tree. */
export function toSubgraphAnswer(event: ExecutionResult): SubgraphAnswer {
  const { data, errors } = copyJson(event);
  return {
    data: isDataObject(data) ? data : null,
    ...(errors !== undefined && { errors: readErrors(errors) }),
  };
}

/** What came over a socket is JSON, and what came in process is written as JSON would be. */
function copyJson(event: ExecutionResult): {
  readonly data?: DataValue;
  readonly errors?: JsonValue;
} {
  return parseJson(JSON.stringify(event)) as {
    readonly data?: DataValue;
    readonly errors?: JsonValue;
  };
}
