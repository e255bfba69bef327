import { type Breaker, createBreaker, type BreakerOptions } from './breaker.ts';
import { type Bulkhead, createBulkhead } from './bulkhead.ts';
import { createPace, type Pace } from './pace.ts';
import type { ConnectionPolicy } from './policy.ts';
import {
  createMemoryCounter,
  createRateGate,
  type CreateUseCounter,
  type RateGate,
} from './rate-limit.ts';
import type { Arrival } from './redirects.ts';
import { createRetryBudget, type RetryBudget } from './retries.ts';
import { createSingleFlight, type SingleFlight } from './single-flight.ts';

/** What all calls of one connection pass. */
export interface Connection {
  readonly policy: ConnectionPolicy;
  readonly bulkhead: Bulkhead;
  readonly breaker: Breaker;
  readonly gate: RateGate | undefined;
  readonly pace: Pace;
  readonly budget: RetryBudget;
  readonly flights: SingleFlight<Completed>;
}

/** What came, by however many tries. */
export interface Completed {
  readonly answer: Arrival;
  readonly attempts: number;
}

/** What connections are opened with. */
export interface ConnectionOptions {
  /** Where uses are counted for rate limits. @default this process */
  readonly createCounter?: CreateUseCounter;
  readonly breaker?: BreakerOptions;
}

export function openConnection(policy: ConnectionPolicy, options: ConnectionOptions): Connection {
  const { concurrency, maxQueued, ratePerSecond } = policy.limits;
  const createCounter = options.createCounter ?? createMemoryCounter;
  return {
    policy,
    bulkhead: createBulkhead({ name: policy.name, concurrency, maxQueued }),
    breaker: createBreaker(policy.name, options.breaker),
    gate:
      ratePerSecond === undefined
        ? undefined
        : createRateGate(policy.key, createCounter(ratePerSecond)),
    pace: createPace(policy.name),
    budget: createRetryBudget(),
    flights: createSingleFlight(),
  };
}
