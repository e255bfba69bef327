import type { Logger } from 'pino';

import { type Clock, systemClock } from '../../kernel/clock.ts';
import type { Metrics } from '../../kernel/telemetry.ts';
import type { GatewayConfig } from '../config/config.ts';
import type { Peers } from '../workers/peers.ts';
import type { GraphSubgraph } from '../supergraph/graph.ts';
import { type AnswerCache, createAnswerCache, ignoring } from './answer-cache.ts';
import type { CacheSource, SubgraphCaching } from './cache-parts.ts';
import { createCacheFlights } from './flights.ts';
import type { CacheRules } from './schema-rules.ts';
import type { CacheStore } from './store.ts';
import { openStore } from './two-level-store.ts';

export interface CacheOptions {
  readonly config: Pick<GatewayConfig, 'cache'>;
  /** Where `cache.redis.url` names none. */
  readonly redisUrl?: string | undefined;
  /** Plugins look at requests to subgraphs or change them. */
  readonly seesAllHeaders: boolean;
  readonly metrics: Metrics;
  readonly log: Logger;
  /** Other processes of the gateway, which have to forget as well. */
  readonly peers?: Peers | undefined;
  /** @default systemClock */
  readonly clock?: Clock | undefined;
}

/** The cache of a gateway. */
export interface OpenCache extends AsyncDisposable {
  readonly store: CacheStore;
  /** For one supergraph. */
  create(rules: CacheRules, subgraphs: ReadonlyMap<string, GraphSubgraph>): AnswerCache;
  /** Nobody waits for what was asked before. */
  forgetFlights(): void;
}

/** Undefined where nothing is kept. */
export function openCache(options: CacheOptions): OpenCache | undefined {
  const { config, log, metrics, clock = systemClock } = options;
  const { cache } = config;
  if (!cache.isEnabled) return undefined;
  const url = cache.redis.isUsed ? (cache.redis.url ?? options.redisUrl) : undefined;
  const store = openStore({
    ...{
      log,
      clock,
      peers: options.peers,
      maxBytes: cache.maxBytes,
      maxEntryBytes: cache.maxEntryBytes,
    },
    redis: url === undefined ? undefined : { ...cache.redis, url },
  });
  const flights = createCacheFlights();
  store.onForget(() => flights.forget());
  observeMemory(metrics, store.memory);
  const settings = new Map<string, SubgraphCaching>();
  const subgraph = (name: string): SubgraphCaching => {
    const known = settings.get(name) ?? settingsOf(options, name);
    settings.set(name, known);
    return known;
  };
  const parts = { store, flights, clock, subgraph, count: createCounter(metrics) };
  return {
    store,
    create: (rules, subgraphs) => createAnswerCache(parts, rules, subgraphs),
    forgetFlights: () => flights.forget(),
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  };
}

function settingsOf({ config, seesAllHeaders }: CacheOptions, name: string): SubgraphCaching {
  const { cache } = config;
  const own = cache.subgraphs[name] ?? {};
  return {
    seesAllHeaders,
    privateId: cache.privateId,
    isEnabled: own.isEnabled ?? true,
    maxTtlSeconds: own.maxTtlSeconds ?? cache.maxTtlSeconds,
    defaultTtlSeconds: own.defaultTtlSeconds ?? cache.defaultTtlSeconds,
    ignoredHeaders: ignoring(own.ignoredHeaders ?? cache.ignoredHeaders),
  };
}

const outcomes: Readonly<Record<CacheSource, string>> = {
  'memory or Redis': 'hit',
  'another request': 'joined',
  'the subgraph': 'miss',
  'the subgraph, kept': 'kept',
};

function createCounter(metrics: Metrics): (name: string, source: CacheSource, n: number) => void {
  const parts = metrics.counter({
    name: 'operandi_gateway_cache_parts_total',
    help: 'Root fetches and entities looked for in the cache, by subgraph and outcome (hit, joined, kept, miss).',
    labels: ['subgraph', 'outcome'],
  });
  return (subgraph, source, n) => parts.inc({ subgraph, outcome: outcomes[source] }, n);
}

function observeMemory(
  metrics: Metrics,
  memory: { readonly bytes: number; readonly size: number },
): void {
  metrics.gauge({
    name: 'operandi_gateway_cache_memory_bytes',
    help: 'Bytes of answers kept in memory.',
    collect: () => memory.bytes,
  });
  metrics.gauge({
    name: 'operandi_gateway_cache_entries',
    help: 'Parts of answers kept in memory.',
    collect: () => memory.size,
  });
}
