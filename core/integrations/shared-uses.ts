import { RateLimiterMemory, RateLimiterRedis } from 'rate-limiter-flexible';

import type { CreateUseCounter } from '../../connectors/egress/rate-limit.ts';
import type { Logger } from '../../kernel/logger.ts';
import { connectRedis } from '../../kernel/redis.ts';

/** Where the requests to outside systems are counted for all processes, over a connection that others use too; disposing closes it. */
export interface SharedUses extends Disposable {
  readonly redis: ReturnType<typeof connectRedis>;
  readonly createCounter: CreateUseCounter;
}

const use = {
  role: 'uses',
  answerMs: 500,
  meanwhile: 'each process counts requests and failures for itself',
};

/** Connects in the background: while Redis is away or silent, each process counts for itself. */
export function openSharedUses(url: string, log: Logger): SharedUses {
  const redis = connectRedis(url, use, log);
  return {
    redis,
    createCounter(ratePerSecond) {
      const window = { ...windowOf(ratePerSecond), keyPrefix: 'operandi:uses' };
      const insuranceLimiter = new RateLimiterMemory(window);
      return new RateLimiterRedis({ ...window, storeClient: redis, insuranceLimiter });
    },
    [Symbol.dispose]: () => redis.disconnect(),
  };
}

/** Redis ends windows by whole seconds, so a rate that is no whole number has a longer one. */
function windowOf(ratePerSecond: number): { readonly points: number; readonly duration: number } {
  if (ratePerSecond < 1) return { points: 1, duration: Math.ceil(1 / ratePerSecond) };
  const duration = Number.isInteger(ratePerSecond) ? 1 : 10;
  return { points: Math.floor(ratePerSecond * duration), duration };
}
