import type { TypedDocumentNode } from '@graphql-typed-document-node/core';

import type { JobEventFieldsFragment, SubmitJobInput } from './_generated/documents.ts';
import { openAgents, type TenantAgents } from './agents-of-tenant.ts';
import type { AgentClient, AgentName, DoneJobOf, InputOf, JobOf } from './agents.ts';
import { type Approvals, openApprovals } from './approvals.ts';
import { type Audit, openAudit } from './audit.ts';
import { type BatchOptions, type BatchResult, submitBatch } from './batches.ts';
import type { CallOptions, Hooks, SendOptions } from './calls.ts';
import type { ApiKey } from './credentials.ts';
import { OperandiError } from './errors.ts';
import { type OutsideEvent, sendEvent, type SentEvent } from './events.ts';
import { type HttpOptions, type Reviver, sendOverHttp } from './http.ts';
import { type Integrations, openIntegrations } from './integrations.ts';
import { runJob, type RunOptions, submitJob, type SubmitOptions } from './jobs.ts';
import { type Listing, listingOf, type ListOptions, type NodeOf } from './listing.ts';
import { openSchedules, type Schedules } from './schedules.ts';
import { openSocket } from './socket.ts';
import { type Jobs, openJobs } from './steering.ts';
import { type AccessToken, createToken, type TokenWish } from './tokens.ts';
import type { Transport } from './transport.ts';
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
  /** The longest that one attempt over HTTP may take, milliseconds. @default 60 000 */
  readonly timeoutMs?: number | undefined;
  /** Attempts after the first, with jittered pauses that grow. @default 3 */
  readonly maxRetries?: number | undefined;
  /** What is told of each attempt over HTTP, and may give it headers. */
  readonly hooks?: Hooks | undefined;
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
  /** Hands an event to the jobs and schedules that listen for it; throws `RefusedError`. */
  sendEvent(event: OutsideEvent, options?: CallOptions): Promise<SentEvent>;
  /** Events of a job, each once and in order, until it ends; lost connections are resumed by cursor. */
  watch(jobId: string, options?: WatchOptions): AsyncGenerator<JobEventFieldsFragment, void>;
  /** Makes a short-lived credential for a page: it presents the secret as its `apiKey`. Only for backends. */
  createToken(wish: TokenWish, options?: CallOptions): Promise<AccessToken>;
  /** Jobs: find, cancel, pause, resume, redrive, follow. */
  readonly jobs: Jobs;
  /** Decisions of people that jobs wait for. */
  readonly approvals: Approvals;
  /** What starts jobs by itself. */
  readonly schedules: Schedules;
  /** Procedures: publish, find, archive. */
  readonly agents: TenantAgents;
  /** Outside systems. */
  readonly integrations: Integrations;
  /** What was done in the tenant. */
  readonly audit: Audit;
  /** Sends any typed query or mutation; throws `OperandiError` for any error of the answer. */
  request<Data, Variables>(
    document: TypedDocumentNode<Data, Variables>,
    variables: Variables,
    options?: SendOptions,
  ): Promise<Data>;
  /** The nodes of any typed query with one connection and the variables `first` and `after`, page after page. */
  paginate<Data, Variables>(
    document: TypedDocumentNode<Data, Variables>,
    variables: Omit<Variables, 'first' | 'after'>,
    options?: ListOptions,
  ): Listing<NodeOf<Data>>;
  /** Follows any typed subscription on the shared connection; it is not resumed. */
  subscribe<Data, Variables extends Record<string, unknown>>(
    document: TypedDocumentNode<Data, Variables>,
    variables: Variables,
    options?: { readonly signal?: AbortSignal },
  ): AsyncGenerator<Data, void>;
}

/** Makes a client; nothing connects before its first use. */
export function createClient(options: ClientOptions): Client {
  const { apiKey, webSocket, reviver, hooks, timeoutMs = 60_000, maxRetries = 3 } = options;
  const url = addressOf(options.url);
  // A browser's own fetch refuses to be a method of anything but its window.
  const fetch: typeof globalThis.fetch = options.fetch ?? ((...sent) => globalThis.fetch(...sent));
  const http: HttpOptions = { url, apiKey, fetch, reviver, hooks, timeoutMs, maxRetries };
  const socket = openSocket({ url: url.replace(/^http/u, 'ws'), apiKey, webSocket, reviver });
  return clientOver({
    isRenewable: typeof apiKey === 'function',
    send: (operation, variables, sendOptions) =>
      sendOverHttp(http, { operation, variables }, sendOptions),
    subscribe: (operation, variables, signal) => socket.subscribe(operation, variables, signal),
    [Symbol.asyncDispose]: () => socket[Symbol.asyncDispose](),
  });
}

/** A page may name a place on its own host; elsewhere nothing would tell whose it is. */
function addressOf(url: unknown): string {
  if (typeof url === 'string' && (/^https?:/u.test(url) || 'location' in globalThis)) return url;
  const message = `url is to be the address of the platform, https://…/graphql, and is ${String(url)}`;
  throw new OperandiError('BAD_USER_INPUT', message);
}

/** A client of whatever answers. */
export function clientOver(transport: Transport): Client {
  // What an agent answers is what its schema says: the platform has checked it.
  const submit: Client['submit'] = async (agent, input, options = {}) =>
    (await submitJob(transport, { agent, input }, options)) as JobOf<typeof agent>;
  const run: Client['run'] = async (agent, input, options = {}) =>
    (await runJob(transport, { agent, input }, options)) as DoneJobOf<typeof agent>;
  return {
    submit,
    run,
    agent: (name) => ({
      submit: (input, options) => submit(name, input, options),
      run: (input, options) => run(name, input, options),
    }),
    submitBatch: (jobs, options = {}) => submitBatch(transport, jobs, options),
    sendEvent: (event, options) => sendEvent(transport, event, options),
    watch: (jobId, options = {}) => watchJob(transport, jobId, options),
    createToken: (wish, options) => createToken(transport, wish, options),
    jobs: openJobs(transport),
    approvals: openApprovals(transport),
    schedules: openSchedules(transport),
    agents: openAgents(transport),
    integrations: openIntegrations(transport),
    audit: openAudit(transport),
    request: async (document, variables, options) =>
      (await transport.send(document, variables, options)).data,
    paginate: (document, variables, options) =>
      listingOf(transport, { operation: document, variables }, options),
    subscribe: (document, variables, { signal } = {}) =>
      transport.subscribe(document, variables, signal),
    [Symbol.asyncDispose]: () => transport[Symbol.asyncDispose](),
  };
}
