import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { Kind, print } from 'graphql';

import { type ApiKey, authorization } from './credentials.ts';
import { ConnectionError, OperandiError } from './errors.ts';
import { asRecord, toOperandiError } from './graphql-errors.ts';
import { backoffMs, pause, reasonOf } from './pause.ts';

/** What a request over HTTP needs. */
export interface HttpOptions {
  readonly url: string;
  readonly apiKey: ApiKey | undefined;
  readonly fetch: typeof fetch;
  readonly reviver?: Reviver | undefined;
}

/** Reads one value of an answer; `context.source` is the text of a number. */
export type Reviver = (
  key: string,
  value: unknown,
  context?: { readonly source?: string },
) => unknown;

export interface SendOptions {
  readonly signal?: AbortSignal | undefined;
  /** True when sending the request twice does no harm; then it is repeated after a passing fault. */
  readonly isRepeatable?: boolean;
}

const maxAttempts = 4;

/** An operation with its variables. */
export interface Operation<Data, Variables> {
  readonly document: TypedDocumentNode<Data, Variables>;
  readonly variables: Variables;
}

/** Sends an operation and answers its data; any error of the answer is thrown. */
export async function send<Data, Variables>(
  http: HttpOptions,
  operation: Operation<Data, Variables>,
  options: SendOptions = {},
): Promise<Data> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await post(http, operation, options.signal);
    } catch (error) {
      if (options.isRepeatable !== true || attempt === maxAttempts || !isPassing(error))
        throw error;
      await pause(Math.max(error.retryAfterMs ?? 0, backoffMs(attempt)), options.signal);
    }
  }
}

async function post<Data, Variables>(
  http: HttpOptions,
  operation: Operation<Data, Variables>,
  signal: AbortSignal | undefined,
): Promise<Data> {
  const body = JSON.stringify({ query: print(operation.document), variables: operation.variables });
  const response = await reach(http, body, signal);
  const answer = parse(await readText(response, signal), http.reviver);
  return dataOf(operation, answer, response.status);
}

// The document was generated from the schema that the platform validates its answers against.
function dataOf<Data, Variables>(
  { document }: Operation<Data, Variables>,
  answer: unknown,
  status: number,
): Data {
  const { data, errors } = asRecord(answer);
  if (Array.isArray(errors) && errors.length > 0) throw toOperandiError(errors);
  if (data !== undefined && data !== null) return data as Data;
  const [definition] = document.definitions;
  const name = definition?.kind === Kind.OPERATION_DEFINITION ? definition.name?.value : undefined;
  throw new ConnectionError(
    `the answer to ${name ?? 'the operation'} with status ${String(status)} is not GraphQL`,
  );
}

async function reach(
  http: HttpOptions,
  body: string,
  signal: AbortSignal | undefined,
): Promise<Response> {
  const headers = {
    ...(await authorization(http.apiKey)),
    'content-type': 'application/json',
    accept: 'application/graphql-response+json, application/json',
  };
  try {
    return await http.fetch(http.url, {
      method: 'POST',
      headers,
      body,
      ...(signal === undefined ? {} : { signal }),
    });
  } catch (error) {
    if (signal?.aborted === true) throw reasonOf(signal);
    throw new ConnectionError('the platform cannot be reached', error);
  }
}

async function readText(response: Response, signal: AbortSignal | undefined): Promise<string> {
  try {
    return await response.text();
  } catch (error) {
    if (signal?.aborted === true) throw reasonOf(signal);
    throw new ConnectionError('the answer broke off', error);
  }
}

// INTERNAL is retryable by hand, but a fault of the platform rarely passes within a second.
function isPassing(error: unknown): error is OperandiError {
  return error instanceof OperandiError && error.isRetryable && error.code !== 'INTERNAL';
}

function parse(text: string, reviver: Reviver | undefined): unknown {
  try {
    return JSON.parse(text, reviver);
  } catch {
    return undefined;
  }
}
