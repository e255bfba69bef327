import { Redis } from 'ioredis';
import type { Logger } from '../logger.ts';
import { exponentialBackoff } from '../retry/backoff.ts';
import type { Doorbell } from './doorbell.ts';

/** Names in Redis begin with it, as the server may be shared. */
const PREFIX = 'operandi:';
/** How often a connection is tried that may have fallen silent, milliseconds. */
const pulseMs = 2_000;
/** How long Redis may take to answer, milliseconds. */
const answerMs = 3_000;
const reconnect = exponentialBackoff({ firstMs: 50, maxMs: 2_000, jitter: 0.5 });

/**
 * A doorbell over Redis publish/subscribe. It connects in the background, reconnects for ever and subscribes again;
 * while Redis is away, rings still reach the listeners of this process through `local`.
 */
export function createRedisDoorbell(url: string, local: Doorbell, log: Logger): Doorbell {
  const publisher = connect(url, log, 'publisher');
  const subscriber = connect(url, log, 'subscriber');
  const counts = new Map<string, number>();

  subscriber.on('message', (name: string, message: string) => {
    local.ring(name.slice(PREFIX.length), message);
  });
  const subscribe = (channel: string): void => {
    subscriber.subscribe(PREFIX + channel).catch((error: unknown) => {
      log.debug({ err: error, channel }, 'doorbell subscription waits for Redis');
    });
  };
  // ioredis renews only what had been confirmed; a channel first asked for while Redis was away needs this.
  subscriber.on('ready', () => {
    for (const channel of counts.keys()) subscribe(channel);
  });

  return {
    get isHealthy() {
      return publisher.status === 'ready' && subscriber.status === 'ready';
    },
    ring(channel, message = '') {
      if (!this.isHealthy) local.ring(channel, message);
      if (publisher.status !== 'ready') return;
      publisher.publish(PREFIX + channel, message).catch((error: unknown) => {
        log.debug({ err: error, channel }, 'a ring was lost');
      });
    },
    listen(channel, onRing) {
      const unlisten = local.listen(channel, onRing);
      const count = counts.get(channel) ?? 0;
      counts.set(channel, count + 1);
      if (count === 0 && subscriber.status === 'ready') subscribe(channel);
      let isListening = true;
      return () => {
        if (!isListening) return;
        isListening = false;
        unlisten();
        const left = (counts.get(channel) ?? 1) - 1;
        if (left > 0) {
          counts.set(channel, left);
          return;
        }
        counts.delete(channel);
        if (subscriber.status === 'ready')
          subscriber.unsubscribe(PREFIX + channel).catch(() => undefined);
      };
    },
    async [Symbol.asyncDispose]() {
      publisher.disconnect();
      subscriber.disconnect();
      await local[Symbol.asyncDispose]();
    },
  };
}

function connect(url: string, log: Logger, role: string): Redis {
  const redis = new Redis(url, {
    // A ring that waits for a reconnect is worth nothing: whoever should hear it polls.
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    autoResubscribe: false,
    connectTimeout: 5_000,
    keepAlive: 5_000,
    // Nothing that is sent here takes long; a connection that fell silent must not look alive.
    commandTimeout: answerMs,
    retryStrategy: (attempt) => reconnect.delayMs(attempt, Math.random),
  });
  const pulse = setInterval(() => {
    if (redis.status === 'ready') redis.ping().catch(() => redis.disconnect(true));
  }, pulseMs);
  pulse.unref();
  redis.on('end', () => clearInterval(pulse));
  let isDown = false;
  redis.on('error', (error: Error) => {
    if (!isDown) log.warn({ err: error, role }, 'Redis is away: waking up by polling');
    isDown = true;
  });
  redis.on('ready', () => {
    if (isDown) log.info({ role }, 'Redis is back');
    isDown = false;
  });
  return redis;
}
