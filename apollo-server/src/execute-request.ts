import type {
  GatewayExecutionResult,
  GatewayGraphQLRequestContext,
} from '@apollo/server-gateway-interface';
import { getVariableValues, GraphQLError, type GraphQLSchema } from 'graphql';

import { anonymous, type Identity } from '../../gateway/admit/identity.ts';
import { type FormattedError, OperationRefused } from '../../gateway/operation.ts';
import type { Graph } from '../../gateway/supergraph/graph.ts';
import type { JsonObject } from '../../kernel/json.ts';
import { readAnswerErrors } from './answer-errors.ts';
import type { IncomingOperation } from './incoming.ts';
import type { Caller, OperandiGatewayOptions } from './options.ts';

interface AnswerBody {
  readonly data?: JsonObject | null;
  readonly errors?: readonly FormattedError[];
}

/** Runs one operation that Apollo Server has parsed, validated and admitted. */
export async function executeRequest(
  graph: Graph,
  incoming: GatewayGraphQLRequestContext,
  { identify }: Pick<OperandiGatewayOptions, 'identify'>,
): Promise<GatewayExecutionResult> {
  const { source, request, operationName, operation, schema } = incoming;
  // JSON is where they came from.
  const variables: JsonObject = request.variables ?? {};
  const faults = variableFaults(schema, operation.variableDefinitions ?? [], variables);
  if (faults !== undefined) return { errors: faults };
  const identity = identify === undefined ? anonymous : toIdentity(identify(incoming));
  try {
    const named = { query: source, ...(operationName !== null && { operationName }) };
    const prepared = await graph.prepare(named, identity);
    if (prepared.kind === 'subscription') {
      throw new Error('Execution of subscriptions not supported by gateway');
    }
    const { signal } = new AbortController();
    const run = { variables, identity, headers: {}, signal, requestId: '', isWhole: true };
    const own: IncomingOperation = { ...run, incoming, thrown: [] };
    const { body } = await prepared.execute(own);
    // The projection wrote it.
    return toResult(JSON.parse(body) as AnswerBody, own);
  } catch (error) {
    if (!(error instanceof OperationRefused)) throw error;
    return { errors: error.errors.map(toRefusal) };
  }
}

/** With the nodes that Apollo Server knows faults of variables by. */
function variableFaults(
  schema: GraphQLSchema,
  definitions: Parameters<typeof getVariableValues>[1],
  variables: JsonObject,
): readonly GraphQLError[] | undefined {
  if (definitions.length === 0) return undefined;
  return getVariableValues(schema, definitions, variables).errors;
}

function toResult(answer: AnswerBody, own: IncomingOperation): GatewayExecutionResult {
  const data = answer.data ?? null;
  if (answer.errors === undefined) return { data };
  const { errors, valueCompletion } = readAnswerErrors(answer.errors, own);
  return {
    data,
    ...(errors.length > 0 && { errors }),
    ...(valueCompletion.length > 0 && { extensions: { valueCompletion } }),
  };
}

function toRefusal({ message, path, extensions }: FormattedError): GraphQLError {
  return new GraphQLError(message, {
    ...(path && { path }),
    ...(extensions && { extensions }),
  });
}

function toIdentity(caller: Caller): Identity {
  return { ...caller, key: 'caller', headers: (use) => anonymous.headers(use) };
}
