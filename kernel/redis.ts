import { createRequire } from 'node:module';
import type * as Ioredis from 'ioredis';
import { logForNobody } from './log-context.ts';
import type { Logger } from './logger.ts';
import { readRedisUrl, type RedisSettings } from './redis-url.ts';
import { exponentialBackoff } from './retry/backoff.ts';

/** How a connection is used. */
export interface RedisUse {
  /** For the log. */
  readonly role: string;
  /** How long Redis may take to answer, milliseconds; what waits longer fails, and the connection is tried. */
  readonly answerMs: number;
  /** What its users do while Redis is away, for the log. */
  readonly meanwhile: string;
}

/** How often a connection is tried that may have fallen silent, milliseconds. */
const pulseMs = 1_000;
/** How long a connection that is given up may take to close, milliseconds: a silent one never does. */
const closeMs = 100;
const reconnect = exponentialBackoff({ firstMs: 50, maxMs: 2_000, jitter: 0.5 });

/** One place for all keys in a cluster: scripts and pipelines take several of them, and those have to lie on one node. */
const clusterPrefix = '{operandi}';

/** A client of the server that the URL names, of the one that its sentinels name, or of a cluster. */
export function openRedis(
  { Redis, Cluster }: Pick<typeof Ioredis, 'Redis' | 'Cluster'>,
  url: string,
  options: RedisSettings,
): Ioredis.Redis {
  const target = readRedisUrl(url);
  if (target === undefined || 'url' in target) return new Redis(url, options);
  if ('options' in target) return new Redis({ ...target.options, ...options });
  const { lazyConnect = false, enableOfflineQueue = true, retryStrategy, ...others } = options;
  const cluster = new Cluster([...target.nodes], {
    ...{ lazyConnect, enableOfflineQueue, keyPrefix: clusterPrefix },
    redisOptions: { ...others, ...target.settings },
    clusterRetryStrategy: (attempt) => retryStrategy?.(attempt) ?? null,
  });
  return asServer(cluster);
}

// It has the commands, states and events of a server that are used here; what only a server has is not.
function asServer(cluster: Ioredis.Cluster): Ioredis.Redis {
  return cluster as unknown as Ioredis.Redis;
}

/**
 * A connection in the background. It reconnects for ever, and what is sent while Redis is away, or has fallen silent
 * without closing, fails soon: nobody may wait for a server that only makes things faster.
 */
export function connectRedis(url: string, { role, answerMs, meanwhile }: RedisUse, log: Logger) {
  // Loaded here, as a process without Redis has no use for it.
  const load = createRequire(import.meta.url);
  const redis = openRedis(load('ioredis') as typeof Ioredis, url, {
    // A command that waits for a reconnect is worth nothing: its user goes on without Redis.
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    autoResubscribe: false,
    connectTimeout: 5_000,
    keepAlive: 5_000,
    commandTimeout: answerMs,
    disconnectTimeout: closeMs,
    sentinelCommandTimeout: answerMs,
    // A master that has become a replica answers, but takes nothing.
    reconnectOnError: ({ message }) => message.startsWith('READONLY'),
    retryStrategy: (attempt) => reconnect.delayMs(attempt, Math.random),
  });
  const pulse = setInterval(() => {
    if (redis.status === 'ready') redis.ping().catch(() => redis.disconnect(true));
  }, pulseMs);
  pulse.unref();
  redis.on('end', () => clearInterval(pulse));
  let isDown = false;
  redis.on('error', (error: Error) => {
    if (isDown) return;
    isDown = true;
    logForNobody(() => log.warn({ err: error, role }, `Redis is away: ${meanwhile}`));
  });
  redis.on('ready', () => {
    if (!isDown) return;
    isDown = false;
    logForNobody(() => log.info({ role }, 'Redis is back'));
  });
  return redis;
}
