import type { TypedDocumentNode } from '@graphql-typed-document-node/core';

import type { JobEventFieldsFragment, SubmitJobInput } from './_generated/documents.ts';
import type { AgentClient, AgentName, DoneJobOf, InputOf, JobOf } from './agents.ts';
import { type BatchOptions, type BatchResult, submitBatch } from './batches.ts';
import type { ApiKey } from './credentials.ts';
import { type HttpOptions, type Reviver, send, type SendOptions } from './http.ts';
import { runJob, type RunOptions, submitJob, type SubmitOptions } from './jobs.ts';
import { openSchedules, type Schedules } from './schedules.ts';
import { openSocket } from './socket.ts';
import { type AccessToken, createToken, type TokenWish } from './tokens.ts';
import { watchJob, type WatchOptions } from './watch.ts';

export interface ClientOptions {
  /** The GraphQL endpoint, e.g. `https://operandi.example/graphql`; subscriptions use the same address. */
  readonly url: string;
  /** Left out only by pages of the platform's own host, where the cookie of a session says who calls. */
  readonly apiKey?: ApiKey | undefined;
  /** @default the global fetch */
  readonly fetch?: typeof fetch | undefined;
  /** WebSocket class. @default the global one, else that of `ws` */
  readonly webSocket?: unknown;
  /**
   * Reads the values of answers, as the second argument of `JSON.parse`, which gives it the text of each number as
   * `context.source`. @default numbers become the nearest double
   */
  readonly reviver?: Reviver | undefined;
}

/** A client of one tenant, by its API key. */
export interface Client extends AsyncDisposable {
  /** Submits a job and answers as soon as it is durable; throws `RefusedError` with every problem. */
  submit<Name extends AgentName>(
    agent: Name,
    input: InputOf<Name>,
    options?: SubmitOptions,
  ): Promise<JobOf<Name>>;
  /** Submits a job and answers when it has succeeded; any other end is a `JobEndedError`. */
  run<Name extends AgentName>(
    agent: Name,
    input: InputOf<Name>,
    options?: RunOptions,
  ): Promise<DoneJobOf<Name>>;
  /** One agent, e.g. `client.agent('order-fulfilment').run(order)`. */
  agent<Name extends AgentName>(name: Name): AgentClient<Name>;
  /** Submits any number of jobs as one batch and answers for each in order; a refused one does not hold back the others. */
  submitBatch(
    jobs: Iterable<SubmitJobInput> | AsyncIterable<SubmitJobInput>,
    options?: BatchOptions,
  ): AsyncGenerator<BatchResult, void>;
  /** What starts jobs by itself. */
  readonly schedules: Schedules;
  /** Events of a job, each once and in order, until it ends; lost connections are resumed by cursor. */
  watch(jobId: string, options?: WatchOptions): AsyncGenerator<JobEventFieldsFragment, void>;
  /** Makes a short-lived credential for a page: it presents the secret as its `apiKey`. Only for backends. */
  createToken(wish: TokenWish): Promise<AccessToken>;
  /** Sends any typed query or mutation; `isRepeatable` allows to send it again after a passing fault. */
  request<Data, Variables>(
    document: TypedDocumentNode<Data, Variables>,
    variables: Variables,
    options?: SendOptions,
  ): Promise<Data>;
  /** Follows any typed subscription on the shared connection; it is not resumed. */
  subscribe<Data, Variables extends Record<string, unknown>>(
    document: TypedDocumentNode<Data, Variables>,
    variables: Variables,
  ): AsyncGenerator<Data, void>;
}

/** Makes a client; nothing connects before its first use. */
export function createClient(options: ClientOptions): Client {
  const { url, apiKey, webSocket, reviver } = options;
  // A browser's own fetch refuses to be a method of anything but its window.
  const fetch: typeof globalThis.fetch = options.fetch ?? ((...sent) => globalThis.fetch(...sent));
  const http: HttpOptions = { url, apiKey, fetch, reviver };
  const socket = openSocket({ url: url.replace(/^http/u, 'ws'), apiKey, webSocket, reviver });
  // What an agent answers is what its schema says: the platform has checked it.
  const submit: Client['submit'] = async (agent, input, submitOptions = {}) =>
    (await submitJob(http, { agent, input }, submitOptions)) as JobOf<typeof agent>;
  const run: Client['run'] = async (agent, input, runOptions = {}) =>
    (await runJob({ http, socket }, { agent, input }, runOptions)) as DoneJobOf<typeof agent>;
  return {
    submit,
    run,
    agent: (name) => ({
      submit: (input, submitOptions) => submit(name, input, submitOptions),
      run: (input, runOptions) => run(name, input, runOptions),
    }),
    submitBatch: (jobs, batchOptions = {}) => submitBatch(http, jobs, batchOptions),
    schedules: openSchedules(http),
    watch: (jobId, watchOptions = {}) => watchJob(socket, jobId, watchOptions),
    createToken: (wish) => createToken(http, wish),
    request: (document, variables, sendOptions) => send(http, { document, variables }, sendOptions),
    subscribe: (document, variables) => socket.subscribe(document, variables),
    [Symbol.asyncDispose]: () => socket[Symbol.asyncDispose](),
  };
}
