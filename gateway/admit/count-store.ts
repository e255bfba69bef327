import type { Redis } from 'ioredis';

import type { Logger } from '../../kernel/logger.ts';
import { connectRedis } from '../../kernel/redis.ts';

/** Where gateways count rates together; disposing closes its connection. */
export interface CountStore extends Disposable {
  readonly redis: Redis;
}

/** Every request waits for its count, so that Redis has to be quick or is done without. */
const use = { role: 'counts', answerMs: 500, meanwhile: 'rates are counted in this process' };

/** Connects in the background: while Redis is away or silent, each process counts for itself. */
export function openCountStore(url: string, log: Logger): CountStore {
  const redis = connectRedis(url, use, log);
  return { redis, [Symbol.dispose]: () => redis.disconnect() };
}
