import { Redis } from 'ioredis';
import type { Logger } from 'pino';

/** Where gateways count rates together; disposing closes its connection. */
export interface CountStore extends Disposable {
  readonly redis: Redis;
}

/** Connects in the background: while Redis is away, each process counts for itself. */
export function openCountStore(url: string, log: Logger): CountStore {
  const redis = new Redis(url, { maxRetriesPerRequest: 0, enableOfflineQueue: false });
  redis.on('error', (error) => log.debug({ err: error }, 'rates are counted in this process'));
  return { redis, [Symbol.dispose]: () => redis.disconnect() };
}
