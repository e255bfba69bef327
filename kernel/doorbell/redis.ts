import type { Logger } from '../logger.ts';
import { connectRedis } from '../redis.ts';
import type { Doorbell } from './doorbell.ts';

/** Names in Redis begin with it, as the server may be shared. */
const PREFIX = 'operandi:';
const use = { answerMs: 3_000, meanwhile: 'waking up by polling' };

/**
 * A doorbell over Redis publish/subscribe. It connects in the background, reconnects for ever and subscribes again;
 * while Redis is away, rings still reach the listeners of this process through `local`.
 */
export function createRedisDoorbell(url: string, local: Doorbell, log: Logger): Doorbell {
  const publisher = connectRedis(url, { ...use, role: 'publisher' }, log);
  const subscriber = connectRedis(url, { ...use, role: 'subscriber' }, log);
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
