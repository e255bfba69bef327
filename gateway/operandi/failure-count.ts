import type { Redis } from 'ioredis';
import { RateLimiterRedis } from 'rate-limiter-flexible';

import { createFailureCount, type CountFailure } from '../../core/access/lock-out.ts';
import { systemClock } from '../../kernel/clock.ts';

const countedSeconds = 600;

/** Counts failed logins for all gateways together; while Redis is away, for this process alone. */
export function countFailuresIn(redis: Redis): CountFailure {
  const own = createFailureCount(systemClock);
  const limiter = new RateLimiterRedis({
    storeClient: redis,
    points: Number.MAX_SAFE_INTEGER,
    duration: countedSeconds,
    keyPrefix: 'operandi:failed',
  });
  return async (subject) => {
    try {
      return (await limiter.penalty(subject)).consumedPoints;
    } catch {
      return own(subject);
    }
  };
}
