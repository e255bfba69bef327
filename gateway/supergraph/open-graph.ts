import type { Logger } from 'pino';
import { z } from 'zod';

import type { Metrics } from '../../kernel/telemetry.ts';
import type { Tracing } from '../../kernel/tracing.ts';
import type { OpenManifest } from '../admit/manifest.ts';
import type { OpenCache } from '../cache/open-cache.ts';
import { type GatewayConfig, isMaskingErrors } from '../config/config.ts';
import type { OpenExecutor } from '../apollo/open-executor.ts';
import { createAroundOperation } from '../execute/operation/around-operation.ts';
import { compileHeaderRules } from '../execute/headers/rules.ts';
import type { SharedReads } from '../execute/fetch/shared-reads.ts';
import type { TransportFactory } from '../execute/transport/port.ts';
import {
  createCallObserver,
  observeCosts,
  observeLoads,
  observeOperations,
} from '../observe/observe.ts';
import { traceCalls } from '../observe/trace.ts';
import { createHivePlanner } from '../plan/hive-planner.ts';
import { startPlannerThread } from '../plan/planner-thread.ts';
import type { KnownSupergraph, PlannerFactory } from '../plan/planner.ts';
import { createTwoPlanners } from '../plan/two-planners.ts';
import type { OperationSource } from '../operation.ts';
import type { PluginChain } from '../plugins.ts';
import type { OpenUsage } from '../usage/open-usage.ts';
import type { Peers } from '../workers/peers.ts';
import { createGraph } from './create-graph.ts';
import type { GraphOptions } from './create-graph.ts';
import { type GraphHolder, holdGraph } from './current-graph.ts';
import type { GraphSubgraph } from './graph.ts';
import { createSupergraphReader, type SupergraphSource, watchSupergraph } from './source.ts';

interface OpenGraphOptions {
  readonly supergraph: SupergraphSource;
  readonly config: GatewayConfig;
  readonly log: Logger;
  readonly signal: AbortSignal;
  readonly plugins: PluginChain;
  readonly metrics: Metrics;
  readonly tracing: Tracing | undefined;
  readonly transportOf: TransportFactory;
  readonly shared: SharedReads;
  /** Absent: nothing is counted of clients. */
  readonly usage?: OpenUsage | undefined;
  /** Absent: answers are not kept. */
  readonly cache?: OpenCache | undefined;
  /** Apollo's. @default a thread of its own for each supergraph */
  readonly planner?: PlannerFactory;
  /** Documents that are planned before anybody asks. */
  readonly manifest: OpenManifest;
  readonly known?: KnownSupergraph | undefined;
  readonly openExecutor?: OpenExecutor | undefined;
  /** Other processes of the gateway: what they are asked is planned before anybody asks here. */
  readonly peers?: Peers | undefined;
}

const topic = 'documents.hottest';
const sources = z.array(z.object({ query: z.string(), operationName: z.string().optional() }));

/** The graph in force, which follows its source. */
export interface OpenGraph extends GraphHolder {
  /** Loads the supergraph again now. */
  reload(): Promise<void>;
}

/** Loads the supergraph and keeps it current; one that cannot be read or used is logged, and the old one stays. */
export async function openGraph(options: OpenGraphOptions): Promise<OpenGraph> {
  const { supergraph, config, log, signal, manifest } = options;
  const graphOptions = toGraphOptions(options);
  const onLoad = observeLoads(options.metrics);
  const read = createSupergraphReader(supergraph);
  const holder = await holdGraph(await read(signal), {
    log,
    maxWarmed: config.supergraph.maxWarmedOperations,
    warmUp: [
      ...[...manifest.current.values()].map((query) => ({ query })),
      ...(await hottestOf(options)),
    ],
    load: async (sdl) => {
      const graph = await createGraph(sdl, graphOptions).catch((error: unknown) => {
        onLoad('unusable');
        throw error;
      });
      onLoad('loaded');
      return graph;
    },
  });
  options.peers?.on(topic, () => holder.hottest());
  const reload = async (): Promise<void> => {
    try {
      await holder.replace(await read(signal));
    } catch (error) {
      if (signal.aborted) return;
      onLoad('unreadable');
      log.error({ err: error }, 'the supergraph cannot be read; the old one stays');
    }
  };
  watchSupergraph(supergraph, signal, reload);
  return {
    ...holder,
    get supergraphSdl() {
      return holder.supergraphSdl;
    },
    reload,
  };
}

async function hottestOf({ peers, config }: OpenGraphOptions): Promise<OperationSource[]> {
  const { values = [] } = (await peers?.ask(topic)) ?? {};
  const all = values.flatMap((value) => sources.safeParse(value).data ?? []);
  const once = new Map(
    all.map(({ query, operationName }) => [
      `${operationName ?? ''}\n${query}`,
      { query, ...(operationName !== undefined && { operationName }) },
    ]),
  );
  return [...once.values()].slice(0, config.supergraph.maxWarmedOperations);
}

/** The second planner plans in milliseconds what it can plan. */
const SECOND_PLAN_MS = 2_000;

function toGraphOptions(options: OpenGraphOptions): GraphOptions {
  const { config, plugins, metrics, tracing, shared, cache } = options;
  const responseHeaders = compileResponseRules(config);
  return {
    planner: createPlanners(options),
    subgraph: (name, url) => createSubgraph(options, name, url),
    limits: config.limits,
    isIntrospectionAllowed: config.introspection,
    isSuggesting: config.suggestions,
    isMerging: config.execution.isMergingFetches,
    overrides: config.overrides,
    flights: shared.flights,
    onWritten: () => shared.forget(),
    cache: cache && ((rules, subgraphs) => cache.create(rules, subgraphs)),
    expose: config.expose,
    observer: traceCalls(createCallObserver(plugins, metrics), tracing),
    around: createAroundOperation({
      onResponse: plugins.onResponse,
      observe: observeOperations(metrics),
      onCost: observeCosts(metrics),
      tracing,
      countUse: options.usage?.count,
    }),
    openExecutor: options.openExecutor,
    maxCachedDocuments: config.execution.maxCachedDocuments,
    ...(responseHeaders && { responseHeaders }),
  };
}

function createPlanners(options: OpenGraphOptions): PlannerFactory {
  const { config, log, known } = options;
  const { planTimeoutMs, planner: first } = config.execution;
  const onLost = (reason: unknown): void =>
    log.warn({ err: reason }, 'the planning thread starts anew');
  const open: PlannerFactory =
    options.planner ??
    ((sdl) =>
      startPlannerThread(sdl, {
        known: known?.supergraphSdl === sdl ? known : undefined,
        ...{ planTimeoutMs, onLost },
      }));
  return async (sdl) =>
    createTwoPlanners({
      apollo: await open(sdl),
      hive: createHivePlanner(sdl, Math.min(planTimeoutMs, SECOND_PLAN_MS)),
      first,
    });
}

/** Undefined where no rule lets a header through. */
function compileResponseRules({ headers }: GatewayConfig): GraphOptions['responseHeaders'] {
  const rules = headers.response;
  if (rules.all === undefined && rules.subgraphs === undefined) return undefined;
  const compiled = new Map<string, ReturnType<typeof compileHeaderRules>>();
  return (service, received) => {
    const rule = compiled.get(service) ?? compileHeaderRules(rules, service);
    compiled.set(service, rule);
    return rule(received);
  };
}

function createSubgraph(
  { config, transportOf }: OpenGraphOptions,
  name: string,
  composedUrl: string,
): GraphSubgraph {
  const url = config.subgraphs[name]?.url ?? composedUrl;
  const pick = compileHeaderRules(config.headers.request, name);
  return {
    name,
    url,
    transport: transportOf(name, url),
    forwarded: pick,
    maxCost: config.subgraphs[name]?.maxCost ?? config.subgraph.maxCost,
    isMaskingErrors: isMaskingErrors(config, name),
    headers: async (request) => ({
      ...pick(request.headers),
      ...(await request.identity.headers({ subgraph: name, requestId: request.requestId })),
      'x-request-id': request.requestId,
    }),
  };
}
