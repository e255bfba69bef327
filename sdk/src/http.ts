import type { Attempt, Hooks, SendOptions } from './calls.ts';
import { type ApiKey, authorization } from './credentials.ts';
import { ConnectionError, TimeoutError } from './errors.ts';
import { asRecord, toOperandiError } from './graphql-errors.ts';
import { type AnyOperation, textOf } from './operation.ts';
import type { TypedOperation } from './typed-operation.ts';
import { withRetries } from './retries.ts';
import { limitOf, untilAborted } from './signals.ts';
import type { Answer } from './transport.ts';

/** What a request over HTTP needs. */
export interface HttpOptions {
  readonly url: string;
  readonly apiKey: ApiKey | undefined;
  readonly fetch: typeof fetch;
  readonly reviver?: Reviver | undefined;
  readonly timeoutMs: number;
  readonly maxRetries: number;
  readonly hooks?: Hooks | undefined;
}

/** Reads one value of an answer; `context.source` is the text of a number. */
export type Reviver = (
  key: string,
  value: unknown,
  context?: { readonly source?: string },
) => unknown;

/** Sends an operation and answers its data; any error of the answer is thrown. */
export async function sendOverHttp<Data, Variables>(
  http: HttpOptions,
  sent: { readonly operation: AnyOperation<Data, Variables>; readonly variables: Variables },
  options: SendOptions = {},
): Promise<Answer<Data>> {
  const operation = await textOf(sent.operation);
  const body = JSON.stringify({ query: operation.text, variables: sent.variables });
  const { deadlineMs, timeoutMs = http.timeoutMs, maxRetries = http.maxRetries } = options;
  const limit = limitOf(options.signal, deadlineMs, () => tooLate(operation, deadlineMs));
  const plan = {
    maxRetries,
    isRepeatable: options.isRepeatable ?? operation.kind === 'query',
    isRenewable: typeof http.apiKey === 'function',
    signal: limit.signal,
    onRetry: (attempt: number, waitMs: number, error: unknown) =>
      http.hooks?.onRetry?.({ operation: operation.name, attempt, waitMs, error }),
  };
  try {
    return await withRetries(plan, (attempt, isRefused) =>
      post(http, { operation, body, attempt, isRefused, timeoutMs, signal: limit.signal }),
    );
  } finally {
    limit.release();
  }
}

interface Post<Data, Variables> {
  readonly operation: TypedOperation<Data, Variables>;
  readonly body: string;
  readonly attempt: number;
  readonly isRefused: boolean;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

async function post<Data, Variables>(
  http: HttpOptions,
  sent: Post<Data, Variables>,
): Promise<Answer<Data>> {
  const { operation, attempt, timeoutMs } = sent;
  const startedAt = performance.now();
  const limit = limitOf(sent.signal, timeoutMs, () => tooLate(operation, timeoutMs));
  const told = { operation: operation.name, attempt };
  let response: Response | undefined;
  const end = (error?: unknown): void =>
    http.hooks?.onResponse?.({
      ...told,
      durationMs: performance.now() - startedAt,
      status: response?.status,
      requestId: requestIdOf(response),
      error,
    });
  try {
    const headers = await headersOf(http, sent, told);
    response = await reach(http, { headers, body: sent.body, signal: limit.signal });
    const answer = parse(await readText(response, limit.signal), http.reviver);
    const data = dataOf(operation, answer, response);
    end();
    return data;
  } catch (error) {
    end(error);
    throw error;
  } finally {
    limit.release();
  }
}

async function headersOf<Data, Variables>(
  { apiKey, hooks }: HttpOptions,
  { isRefused }: Post<Data, Variables>,
  told: Omit<Attempt, 'headers'>,
): Promise<Headers> {
  const headers = new Headers({
    ...(await authorization(apiKey, { isRefused })),
    'content-type': 'application/json',
    accept: 'application/graphql-response+json, application/json',
  });
  await hooks?.onRequest?.({ ...told, headers });
  return headers;
}

// The operation was generated from the schema that the platform validates its answers against.
function dataOf<Data, Variables>(
  { name }: TypedOperation<Data, Variables>,
  answer: unknown,
  response: Response,
): Answer<Data> {
  const { data, errors } = asRecord(answer);
  const { status } = response;
  const known = { requestId: requestIdOf(response), retryAfterMs: retryAfterOf(response) };
  if (Array.isArray(errors) && errors.length > 0) throw toOperandiError(errors, known);
  if (data !== undefined && data !== null)
    return { data: data as Data, requestId: known.requestId };
  const isPassing = status >= 500 || status === 429 || status === 408;
  const message = `the answer to ${name} with status ${String(status)} is not GraphQL`;
  throw new ConnectionError(message, { ...known, isPassing });
}

async function reach(
  http: HttpOptions,
  { headers, body, signal }: { headers: Headers; body: string; signal: AbortSignal },
): Promise<Response> {
  try {
    return await untilAborted(
      http.fetch(http.url, { method: 'POST', headers, body, signal }),
      signal,
    );
  } catch (error) {
    signal.throwIfAborted();
    throw new ConnectionError('the platform cannot be reached', { cause: error });
  }
}

async function readText(response: Response, signal: AbortSignal): Promise<string> {
  try {
    return await untilAborted(response.text(), signal);
  } catch (error) {
    signal.throwIfAborted();
    throw new ConnectionError('the answer broke off', { cause: error });
  }
}

function requestIdOf(response: Response | undefined): string | undefined {
  return response?.headers.get('x-request-id') ?? undefined;
}

/** `Retry-After` in milliseconds: it has seconds or a date. */
function retryAfterOf({ headers }: Response): number | undefined {
  const text = headers.get('retry-after');
  if (text === null) return undefined;
  const ms = /^\d+$/u.test(text) ? Number(text) * 1000 : Date.parse(text) - Date.now();
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}

function tooLate({ name }: { readonly name: string }, ms: number | undefined): TimeoutError {
  return new TimeoutError(`${name} was not answered within ${String(ms)} ms`);
}

function parse(text: string, reviver: Reviver | undefined): unknown {
  try {
    return JSON.parse(text, reviver);
  } catch {
    return undefined;
  }
}
