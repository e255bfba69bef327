import type { Redis } from 'ioredis';
import {
  RateLimiterCluster,
  RateLimiterMemory,
  RateLimiterRedis,
  RateLimiterRes,
} from 'rate-limiter-flexible';

import { AppError } from '../../kernel/errors.ts';
import type { Identity } from './identity.ts';

/** Points per window; an absent number is not limited. */
export interface RateLimitOptions {
  readonly windowSeconds: number;
  readonly requestsPerKey?: number | undefined;
  readonly requestsPerTenant?: number | undefined;
  readonly costPerKey?: number | undefined;
  /** Shared by all gateways; without it, or while it is down, each process counts for itself. */
  readonly redis?: Redis | undefined;
  /** This is one of several processes of a gateway: without Redis they count together. @default false */
  readonly isOneOfSeveral?: boolean;
}

/** What is left of the tightest limit, as the RateLimit headers say it. */
export interface RateState {
  readonly limit: number;
  readonly remaining: number;
  readonly resetSeconds: number;
}

/** Counts one operation; throws RATE_LIMITED. Undefined when nothing is limited. */
export type CountRequest = (
  identity: Identity,
  address: string,
  cost: number,
) => Promise<RateState | undefined>;

type Limiter = Pick<RateLimiterMemory, 'consume'>;

interface Limit {
  readonly limiter: Limiter;
  readonly points: number;
  readonly key: (identity: Identity, address: string) => string | undefined;
  readonly amount: (cost: number) => number;
}

/** Anonymous callers are told apart by address: one of them must not use up the share of all. */
const keyOf = (identity: Identity, address: string): string =>
  identity.isAuthenticated ? identity.key : `address:${address}`;

export function createRateLimits(options: RateLimitOptions): CountRequest {
  const limits: Limit[] = [];
  const add = (
    prefix: string,
    points: number | undefined,
    limit: Pick<Limit, 'key' | 'amount'>,
  ): void => {
    if (points !== undefined)
      limits.push({ limiter: createLimiter(prefix, points, options), points, ...limit });
  };
  add('key', options.requestsPerKey, { key: keyOf, amount: () => 1 });
  add('tenant', options.requestsPerTenant, { key: ({ tenantId }) => tenantId, amount: () => 1 });
  add('cost', options.costPerKey, { key: keyOf, amount: (cost) => Math.max(1, cost) });

  return async (identity, address, cost) => {
    // At once, so that counting costs one way to the store and back.
    const states = await Promise.all(
      limits.flatMap(({ limiter, points, key, amount }) => {
        const counted = key(identity, address);
        if (counted === undefined) return [];
        return [consume(limiter, counted, { amount: amount(cost), points })];
      }),
    );
    const [tightest] = states.toSorted((a, b) => a.remaining / a.limit - b.remaining / b.limit);
    return tightest;
  };
}

function createLimiter(
  name: string,
  points: number,
  { windowSeconds, redis, isOneOfSeveral = false }: RateLimitOptions,
): Limiter {
  const options = { points, duration: windowSeconds, keyPrefix: `operandi:rate:${name}` };
  const memory = new RateLimiterMemory(options);
  if (redis !== undefined)
    return new RateLimiterRedis({ ...options, storeClient: redis, insuranceLimiter: memory });
  return isOneOfSeveral ? countTogether(options, memory) : memory;
}

/** How long who counts for all processes may take to answer, milliseconds. */
const countWithinMs = 1_000;

function countTogether(
  options: ConstructorParameters<typeof RateLimiterMemory>[0],
  memory: RateLimiterMemory,
): Limiter {
  const together = new RateLimiterCluster({ ...options, timeoutMs: countWithinMs });
  return {
    consume: (key, points) =>
      together.consume(key, points).catch((error: unknown) => {
        if (error instanceof RateLimiterRes) throw error;
        return memory.consume(key, points);
      }),
  };
}

async function consume(
  limiter: Limit['limiter'],
  key: string,
  { amount, points }: { readonly amount: number; readonly points: number },
): Promise<RateState> {
  try {
    const { remainingPoints, msBeforeNext } = await limiter.consume(key, amount);
    return {
      limit: points,
      remaining: remainingPoints,
      resetSeconds: Math.ceil(msBeforeNext / 1000),
    };
  } catch (error) {
    if (!(error instanceof RateLimiterRes)) throw error;
    const retryAfterMs = Math.max(1, error.msBeforeNext);
    throw new AppError('RATE_LIMITED', `The limit of ${points} per window is used up`, {
      retryAfterMs,
    });
  }
}
