import type { IncomingMessage } from 'node:http';

import type { GraphQLSchema } from 'graphql';
import type { Redis } from 'ioredis';
import type { Logger } from 'pino';

import { AppError } from '../kernel/errors.ts';
import { type Check, createReadiness, type Readiness } from '../kernel/readiness.ts';
import { createMetrics, type Metrics } from '../kernel/telemetry.ts';
import type { Tracing } from '../kernel/tracing.ts';
import { createAsk, createTell, type PageGate } from './admit/ask.ts';
import { type Authenticate, createIdentify } from './admit/identity.ts';
import { openManifest } from './admit/manifest-file.ts';
import { openAdmission } from './admit/open-admission.ts';
import { createOpenExecutor } from './apollo/open-executor.ts';
import { type OpenCache, openCache } from './cache/open-cache.ts';
import { createInvalidation } from './cache/invalidation.ts';
import type { GatewayConfig } from './config/config.ts';
import { createCoprocessor } from './coprocessor/coprocessor.ts';
import { createSharedReads } from './execute/fetch/shared-reads.ts';
import type { SubgraphTransport } from './execute/transport/port.ts';
import { createTransports } from './execute/transport/transports.ts';
import type { PeerTls } from '../kernel/tls/peer-tls.ts';
import { createLifecycle, type Lifecycle } from './lifecycle.ts';
import { type BodyBudget, createBodyBudget } from './listen/http/body-budget.ts';
import { createGraphQLEndpoint } from './listen/http/graphql-endpoint.ts';
import { readBytes } from './listen/http/read-body.ts';
import { servePages } from './listen/http/pages/pages.ts';
import { createGatewayServer, type Page, type ServePage } from './listen/http/server.ts';
import { createLive } from './live/live.ts';
import type { Callbacks } from './live/upstream-callback.ts';
import { createSubscribers } from './live/subscribers.ts';
import { countRefusals, observeCircuits, observeRequests } from './observe/observe.ts';
import type { KnownSupergraph, PlannerFactory } from './plan/planner.ts';
import { chainPlugins, type GatewayPlugin, type PluginChain } from './plugins.ts';
import type { CurrentGraph } from './supergraph/graph.ts';
import { type OpenGraph, openGraph } from './supergraph/open-graph.ts';
import type { SupergraphSource } from './supergraph/source.ts';
import { countSubscriptions } from './usage/count-subscriptions.ts';
import { openUsage, type OpenUsage } from './usage/open-usage.ts';
import { createUsagePage } from './usage/usage-page.ts';
import type { Peers } from './workers/peers.ts';

/** Everything a gateway is made of. */
export interface GatewayOptions {
  readonly supergraph: SupergraphSource;
  readonly config: GatewayConfig;
  readonly log: Logger;
  readonly signal: AbortSignal;
  /** @default port 0: any free one */
  readonly port?: number;
  /** Subgraphs that are reached otherwise than by their URL; undefined for those that are not. */
  readonly transports?: (name: string, url: string) => SubgraphTransport | undefined;
  /** Apollo's. @default a thread of its own for each supergraph */
  readonly planner?: PlannerFactory;
  /** Certificates for subgraphs that know this process by its own. @default those of the system */
  readonly tls?: PeerTls | undefined;
  /** Absent: everybody may ask, as nobody. */
  readonly authenticate?: Authenticate;
  readonly plugins?: readonly GatewayPlugin[];
  /** Counts rates for all gateways together. */
  readonly redis?: Redis;
  /** Where answers are kept for all gateways together, if the configuration says so and names no other. */
  readonly redisUrl?: string | undefined;
  readonly metrics?: Metrics;
  /** The other processes of this gateway, which share its port. */
  readonly peers?: Peers | undefined;
  /** What the gateway needs besides its subgraphs, for its readiness. */
  readonly checks?: Readonly<Record<string, Check>>;
  /** Absent: nothing is traced. */
  readonly tracing?: Tracing | undefined;
  /** What the planner says of the supergraph: the gateway then starts without waiting for one. */
  readonly known?: KnownSupergraph | undefined;
  /** Serves paths of its own, e.g. a console; asked before the built-in pages. */
  readonly page?: (url: URL, request: IncomingMessage, gate: PageGate) => Promise<Page | undefined>;
}

/** A gateway that can listen, be drained and be closed. */
export interface Gateway extends Lifecycle {
  readonly current: CurrentGraph;
  /** Loads the supergraph again now. */
  reload(): Promise<void>;
}

/** Loads the supergraph and puts the gateway together; it does not listen yet. */
export async function createGateway(options: GatewayOptions): Promise<Gateway> {
  const { config, log, signal, redis, tracing, peers } = options;
  if (peers !== undefined) refuseCallbacks(config);
  const metrics = options.metrics ?? createMetrics();
  const { coprocessor, plugins, seesAllHeaders } = openPlugins(options);
  const { onRequest, onOperation } = plugins;
  const subscribers = createSubscribers(config, options.tls);
  const { callbacks } = subscribers;
  const transports = createTransports({ ...options, subscriber: subscribers.subscriber });
  const cache = openCache({ ...options, metrics, seesAllHeaders });
  const shared = createSharedReads(config, cache);
  const usage = await openUsage({ ...options, config: config.usage, metrics });
  const manifest = await openManifest(config.persisted, { signal, log });
  const transportOf = transports.get;
  const openExecutor = createOpenExecutor({ ...options, metrics });
  const graphParts = {
    ...{ openExecutor, plugins, metrics, tracing },
    ...{ transportOf, shared, manifest, cache, usage },
  };
  const current = await openGraph({ ...options, ...graphParts });

  const counted = countRefusals(metrics);
  const admission = openAdmission({ current, config, log, redis, onOperation, manifest, peers });
  const admit = countSubscriptions(counted(admission.admit), usage?.count);
  const identify = createIdentify(
    options.authenticate && counted(options.authenticate),
    plugins.onIdentity,
  );
  const live = createLive({ admit, identify, current, config, metrics, log, seesAllHeaders });
  const closing = new AbortController();
  const readiness = createReadiness(options.checks ?? {}, closing.signal);
  const bodies = createBodyBudget(config.server);
  const gate = createGate({ identify, current, admission, bodies, config });
  const server = createGatewayServer({
    config,
    log,
    signal,
    graphql: createGraphQLEndpoint({
      ...{ admit, identify, countRequest: admission.countRequest, onRequest, log, bodies },
      ...config.server,
      uploads: config.uploads,
      readingOrigins: config.cors.origins,
      knowsCallers: options.authenticate !== undefined || plugins.onIdentity !== undefined,
      serveEvents: live.serveEvents,
      countUse: usage?.count,
      shared: shared.answers,
      isHeaderSensitive: seesAllHeaders || hasRequestRules(config),
    }),
    page: createPages(options, {
      ...{ cache, callbacks, bodies, metrics, readiness, gate, usage, current },
    }),
  });
  observeRequests(metrics, server, config.server.path);
  observeCircuits(metrics, () => transports.circuits());
  const lifecycle = createLifecycle({
    ...{ server, live, config, port: options.port },
    onDrain: () => closing.abort(),
    close: () => closeParts({ subscribers, transports, cache, coprocessor, usage, current }),
  });
  return { ...lifecycle, current, reload: () => current.reload() };
}

/** The same for all requests. */
type SharedGate = Omit<PageGate, 'requestId'>;

interface GateParts extends Pick<PageGate, 'identify'> {
  readonly current: OpenGraph;
  readonly admission: ReturnType<typeof openAdmission>;
  readonly bodies: BodyBudget;
  readonly config: GatewayConfig;
}

function createGate({ identify, current, admission, bodies, config }: GateParts): SharedGate {
  const { countRequest } = admission;
  const { bodyTimeoutMs: timeoutMs } = config.server;
  return {
    ...{ identify, ask: createAsk(current, countRequest), tell: createTell(current) },
    count: async (identity, address) => void (await countRequest?.(identity, address, 1)),
    receive: (request, { address, maxBytes }) =>
      readBytes(request, { maxBytes, timeoutMs, share: bodies.open(address) }),
  };
}

interface OpenPlugins {
  readonly coprocessor: Closing | undefined;
  readonly plugins: PluginChain;
  /** A plugin may look at requests to subgraphs or change them. */
  readonly seesAllHeaders: boolean;
}

/** The coprocessor before the operator's own plugins. */
function openPlugins({ config, plugins = [] }: GatewayOptions): OpenPlugins {
  const coprocessor = config.coprocessor && createCoprocessor(config.coprocessor);
  const chain = chainPlugins([...(coprocessor ? [coprocessor] : []), ...plugins]);
  return { coprocessor, plugins: chain, seesAllHeaders: Object.keys(chain).length > 0 };
}

interface Closing {
  close(): Promise<void>;
}

interface ClosingParts {
  readonly subscribers: Closing;
  readonly transports: Closing;
  readonly cache: OpenCache | undefined;
  readonly coprocessor: Closing | undefined;
  readonly usage: AsyncDisposable | undefined;
  readonly current: Disposable;
}

/** Closes what nobody uses any more: first what others may still need something for. */
async function closeParts(parts: ClosingParts): Promise<void> {
  await parts.subscribers.close();
  await parts.transports.close();
  await parts.cache?.[Symbol.asyncDispose]();
  await parts.coprocessor?.close();
  await parts.usage?.[Symbol.asyncDispose]();
  parts.current[Symbol.dispose]();
}

interface PageParts {
  readonly cache: OpenCache | undefined;
  readonly callbacks: Callbacks | undefined;
  readonly bodies: BodyBudget;
  readonly metrics: Metrics;
  readonly readiness: () => Promise<Readiness>;
  readonly gate: SharedGate;
  readonly usage: OpenUsage | undefined;
  readonly current: OpenGraph;
}

/** The operator's own pages before the cache's door and the built-in ones. */
function createPages(
  { config, page }: GatewayOptions,
  { cache, callbacks, bodies, metrics, readiness, gate, usage, current }: PageParts,
): ServePage {
  const { invalidation: door } = config.cache;
  const { bodyTimeoutMs } = config.server;
  const invalidation =
    cache && door && createInvalidation({ ...door, store: cache.store, bodies, bodyTimeoutMs });
  const { report } = config.usage;
  const usagePage =
    usage &&
    report &&
    createUsagePage({
      ...report,
      report: usage.report,
      supergraphSdl: () => current.supergraphSdl,
    });
  const limits = { bodies, timeoutMs: bodyTimeoutMs, maxBytes: config.subgraph.maxResponseBytes };
  return async (url, request, requestId) =>
    (await page?.(url, request, { ...gate, requestId })) ??
    (await invalidation?.(url, request)) ??
    (await usagePage?.(url, request)) ??
    (await callbacks?.page(url, request, limits)) ??
    servePages({ url, request, config, metrics, readiness, schema: () => schemaOf(current) });
}

function schemaOf(current: CurrentGraph): GraphQLSchema {
  using lease = current.acquire();
  return lease.graph.apiSchema;
}

/** What a subgraph sends to the one port would come to any of them. */
function refuseCallbacks({ subscriptions }: GatewayConfig): void {
  if (subscriptions.callback === undefined) return;
  throw new AppError(
    'BAD_USER_INPUT',
    'subscriptions.callback needs one process: leave out --workers, or subscribe by another protocol',
  );
}

function hasRequestRules({ headers }: GatewayConfig): boolean {
  return headers.request.all !== undefined || headers.request.subgraphs !== undefined;
}
