import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { readFile } from 'node:fs/promises';
import type { Duplex } from 'node:stream';

import type { Redis } from 'ioredis';
import type { Logger } from 'pino';

import { createMetrics, type Metrics } from '../kernel/telemetry.ts';
import type { Tracing } from '../kernel/tracing.ts';
import type { GatewayConfig } from './config.ts';
import { createGraph } from './create-graph.ts';
import {
  countRefusals,
  createCallObserver,
  observeCircuits,
  observeOperations,
  observeRequests,
} from './observe.ts';
import type { Flights } from './executor/call-subgraph.ts';
import { createFlights } from './executor/flights.ts';
import type { CurrentGraph, GraphSubgraph } from './graph.ts';
import { compileHeaderRules } from './headers/rules.ts';
import { createLive, createSubscribers } from './live.ts';
import { createGraphQLEndpoint } from './http/graphql-endpoint.ts';
import { closeServer, listen, refuseUpgrade } from './http/lifecycle.ts';
import { servePages } from './http/pages/pages.ts';
import { parseJson } from './http/read-params.ts';
import { createGatewayServer, type GatewayServer, type Page } from './http/server.ts';
import { createSharedAnswers, type SharedAnswers } from './http/shared-answers.ts';
import type { Authenticate } from './identity.ts';
import { type Admit, createAdmission } from './pipeline.ts';
import { startPlannerThread } from './planning/planner-thread.ts';
import { chainPlugins, type GatewayPlugin, type PluginChain } from './plugins.ts';
import { createDocumentResolver, readManifest } from './protection/persisted-documents.ts';
import { createRateLimits } from './protection/rate-limits.ts';
import { type GraphHolder, holdGraph } from './supergraph/current-graph.ts';
import { readSupergraph, type SupergraphSource, watchSupergraph } from './supergraph/source.ts';
import { traceAdmission, traceCalls } from './trace.ts';
import { createTransports } from './transport/transports.ts';
import type { SubgraphTransport, TransportFactory } from './transport/port.ts';

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
  /** Absent: everybody may ask, as nobody. */
  readonly authenticate?: Authenticate;
  readonly plugins?: readonly GatewayPlugin[];
  /** Counts rates for all gateways together. */
  readonly redis?: Redis;
  readonly metrics?: Metrics;
  /** Absent: nothing is traced. */
  readonly tracing?: Tracing | undefined;
  /** Serves paths of its own, e.g. a console; asked before the built-in pages. */
  readonly page?: (url: URL, request: IncomingMessage) => Promise<Page | undefined>;
}

/** What protocol layers beside HTTP are built on. */
export interface GatewayParts {
  readonly server: GatewayServer;
  readonly current: CurrentGraph;
  readonly admit: Admit;
  readonly plugins: PluginChain;
  readonly metrics: Metrics;
  readonly config: GatewayConfig;
  readonly authenticate: Authenticate | undefined;
  readonly log: Logger;
}

/** A protocol that takes over connections of the gateway's server. */
export interface GatewayProtocol {
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  drain(): Promise<void>;
}

/** A gateway that can listen, be drained and be closed. */
export interface Gateway extends AsyncDisposable {
  readonly parts: GatewayParts;
  listen(): Promise<{ readonly url: string; readonly port: number }>;
  /** Loads the supergraph again now. */
  reload(): Promise<void>;
  /** Not ready any more, no new work, then waits for what runs; then closes. */
  drain(): Promise<void>;
}

/** Loads the supergraph and puts the gateway together; it does not listen yet. */
export async function createGateway(options: GatewayOptions): Promise<Gateway> {
  const { config, log, signal } = options;
  const metrics = options.metrics ?? createMetrics();
  const plugins = chainPlugins(options.plugins ?? []);
  const subscribers = createSubscribers(config);
  const transports = createTransports({ ...options, subscriber: subscribers.subscriber });
  const sharing = createSharing(config);
  const holder = await openGraph(options, { plugins, metrics, transports, sharing });
  const reload = followSupergraph(options, holder);

  const { countRequest, ...pipeline } = await createPipeline(options, holder);
  const counted = countRefusals(metrics);
  const admit = counted(pipeline.admit);
  const authenticate = options.authenticate && counted(options.authenticate);
  const onOperation = observeOperations(metrics);
  observeCircuits(metrics, () => transports.circuits());
  const live = createLive({
    ...{ admit, authenticate, current: holder, config, log },
    ...{ metrics, plugins, onOperation },
  });
  const state = { isReady: true };
  const endpoint = createGraphQLEndpoint({
    admit,
    countRequest,
    authenticate,
    serveEvents: live.serveEvents,
    plugins,
    log,
    maxBodyBytes: config.server.maxBodyBytes,
    maxBatch: config.server.maxBatch,
    shared: sharing.answers,
    isHeaderSensitive: isHeaderSensitive(options),
    onOperation,
  });
  const server = createGatewayServer({
    config,
    log,
    signal,
    graphql: endpoint,
    page: async (url, request) =>
      (await options.page?.(url, request)) ??
      servePages({ url, request, config, metrics, isReady: state.isReady }),
  });
  observeRequests(metrics, server);
  const parts: GatewayParts = {
    server,
    current: holder,
    admit,
    plugins,
    metrics,
    config,
    authenticate,
    log,
  };
  const close = async (): Promise<void> => {
    await subscribers.close();
    await transports.close();
    holder[Symbol.dispose]();
  };
  return createLifecycle({ options, parts, live, close, state, reload });
}

/** Replaces the graph when its source changes; the result does it at once. */
function followSupergraph(
  { supergraph, signal, log }: GatewayOptions,
  holder: GraphHolder,
): () => Promise<void> {
  const reload = async (): Promise<void> => {
    try {
      await holder.replace(await readSupergraph(supergraph, signal));
    } catch (error) {
      if (!signal.aborted)
        log.error({ err: error }, 'the supergraph cannot be read; the old one stays');
    }
  };
  watchSupergraph(supergraph, signal, () => void reload());
  return reload;
}

interface Lifecycle {
  readonly options: GatewayOptions;
  readonly parts: GatewayParts;
  readonly live: GatewayProtocol;
  /** Lets go of what requests needed, once there are none. */
  readonly close: () => Promise<void>;
  readonly state: { isReady: boolean };
  readonly reload: () => Promise<void>;
}

function createLifecycle({ options, parts, live, close, state, reload }: Lifecycle): Gateway {
  const { server, config } = parts;
  server.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => {
    if (request.url?.split('?')[0] === config.server.path) live.upgrade(request, socket, head);
    else refuseUpgrade(socket);
  });
  let closing: Promise<void> | undefined;
  const end = async (): Promise<void> => {
    state.isReady = false;
    await Promise.all([live.drain(), closeServer(server, config.server.drainMs)]);
    await close();
  };
  const drain = (): Promise<void> => (closing ??= end());
  return {
    parts,
    reload,
    listen: () =>
      listen(server, {
        host: config.server.host,
        port: options.port ?? 0,
        path: config.server.path,
      }),
    drain,
    [Symbol.asyncDispose]: drain,
  };
}

/** Reads that are under way, of clients and of subgraphs, for others to join. */
interface Sharing {
  readonly answers: SharedAnswers | undefined;
  readonly flights: Flights | undefined;
  forget(): void;
}

function createSharing({ execution }: GatewayConfig): Sharing {
  const answers = execution.isInboundShared ? createSharedAnswers() : undefined;
  const flights = execution.isOutboundShared ? createFlights() : undefined;
  return {
    answers,
    flights,
    forget: () => {
      answers?.forget();
      flights?.forget();
    },
  };
}

async function openGraph(
  options: GatewayOptions,
  around: {
    readonly plugins: PluginChain;
    readonly metrics: Metrics;
    readonly transports: ReturnType<typeof createTransports>;
    readonly sharing: Sharing;
  },
): Promise<GraphHolder> {
  const { config, log, signal } = options;
  const observer = traceCalls(createCallObserver(around.plugins, around.metrics), options.tracing);
  const rules = config.headers.response;
  const compiled = new Map<string, ReturnType<typeof compileHeaderRules>>();
  const responseRule = (service: string) => {
    const known = compiled.get(service) ?? compileHeaderRules(rules, service);
    compiled.set(service, known);
    return known;
  };
  const hasResponseRules = rules.all !== undefined || rules.subgraphs !== undefined;
  return holdGraph(await readSupergraph(options.supergraph, signal), {
    log,
    maxWarmed: config.supergraph.maxWarmedOperations,
    warmUp: [...(await readManifestFile(config)).values()].map((query) => ({ query })),
    load: (sdl) =>
      createGraph(sdl, {
        planner: startPlannerThread,
        subgraph: (name, url) => createSubgraph(options, around.transports.get, { name, url }),
        limits: config.limits,
        isIntrospectionAllowed: config.introspection,
        isSuggesting: config.suggestions,
        isMerging: config.execution.isMergingFetches,
        isMaskingErrors: config.errors.isMaskingSubgraphs,
        flights: around.sharing.flights,
        onWritten: () => around.sharing.forget(),
        observer,
        maxCachedDocuments: config.execution.maxCachedDocuments,
        ...(hasResponseRules && {
          responseHeaders: (service, headers) => responseRule(service)(headers),
        }),
      }),
  });
}

function createSubgraph(
  options: GatewayOptions,
  transportOf: TransportFactory,
  { name, url: composed }: { readonly name: string; readonly url: string },
): GraphSubgraph {
  const url = options.config.subgraphs[name]?.url ?? composed;
  const pick = compileHeaderRules(options.config.headers.request, name);
  return {
    name,
    url,
    transport: transportOf(name, url),
    forwarded: pick,
    headers: async (request) => ({
      ...pick(request.headers),
      ...(await request.identity.headers()),
      'x-request-id': request.requestId,
    }),
  };
}

async function createPipeline(options: GatewayOptions, current: CurrentGraph) {
  const { config, log, redis } = options;
  const { requestsPerKey, requestsPerTenant, costPerKey } = config.rateLimit;
  const isLimited = [requestsPerKey, requestsPerTenant, costPerKey].some(
    (limit) => limit !== undefined,
  );
  const countRequest = isLimited ? createRateLimits({ ...config.rateLimit, redis }) : undefined;
  const resolveDocument = createDocumentResolver({
    isAutomatic: config.persisted.isAutomatic,
    maxAutomatic: config.persisted.maxAutomatic,
    trusted: config.persisted.trusted,
    manifest: await readManifestFile(config),
    onUntrusted: (hash) => log.warn({ hash }, 'a document is not in the manifest'),
  });
  const admit = createAdmission({
    current,
    resolveDocument,
    countRequest,
    maxCost: config.limits.maxCost,
  });
  return { countRequest, admit: traceAdmission(admit, options.tracing) };
}

async function readManifestFile({ persisted }: GatewayConfig): Promise<Map<string, string>> {
  if (persisted.manifestFile === undefined) return new Map();
  return readManifest(parseJson(await readFile(persisted.manifestFile, 'utf8')));
}

function isHeaderSensitive({ config, plugins }: GatewayOptions): boolean {
  const { request } = config.headers;
  return request.all !== undefined || request.subgraphs !== undefined || (plugins?.length ?? 0) > 0;
}
