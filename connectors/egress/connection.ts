import { LRUCache } from 'lru-cache';

import { type Breaker, createBreaker } from './breaker.ts';
import type { BreakerShares } from './breaker-share.ts';
import { type Bulkhead, createBulkhead } from './bulkhead.ts';
import type { BreakerOptions } from './circuit.ts';
import { createPace, type Pace } from './pace.ts';
import type { ConnectionPolicy } from './policy.ts';
import {
  createMemoryCounter,
  createRateGate,
  type CreateUseCounter,
  type RateGate,
} from './rate-limit.ts';
import type { Arrival } from './redirects.ts';
import type { CacheOutcome } from './trace.ts';
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
  readonly cache: CacheOutcome | undefined;
}

/** What connections are opened with. */
export interface ConnectionOptions {
  /** Where uses are counted for rate limits. @default this process */
  readonly createCounter?: CreateUseCounter;
  readonly breaker?: BreakerOptions | undefined;
  /** Connections whose state is kept. @default 1000 */
  readonly maxConnections?: number;
  /** Whom breakers are shared with. @default nobody */
  readonly shares?: BreakerShares | undefined;
}

/** The connections of a process. */
export interface Connections extends Disposable {
  /** The one that equal policies share. */
  of(policy: ConnectionPolicy): Connection;
  kept(): Iterable<Connection>;
}

/** The least recently used goes first. */
export function openConnections(options: ConnectionOptions): Connections {
  const connections = new LRUCache<string, Connection>({
    max: options.maxConnections ?? 1000,
    dispose: ({ breaker }) => breaker[Symbol.dispose](),
  });
  return {
    of(policy) {
      const id = JSON.stringify([policy.key, policy.limits, policy.certificate?.identity]);
      const known = connections.get(id);
      if (known !== undefined) return known;
      const opened = openConnection(policy, options);
      connections.set(id, opened);
      return opened;
    },
    kept: () => connections.values(),
    [Symbol.dispose]: () => connections.clear(),
  };
}

function openConnection(policy: ConnectionPolicy, options: ConnectionOptions): Connection {
  const { concurrency, maxQueued, ratePerSecond } = policy.limits;
  const createCounter = options.createCounter ?? createMemoryCounter;
  return {
    policy,
    bulkhead: createBulkhead({ name: policy.name, concurrency, maxQueued }),
    breaker: createBreaker({ ...policy, join: options.shares?.join }, options.breaker),
    gate:
      ratePerSecond === undefined
        ? undefined
        : createRateGate(policy.key, createCounter(ratePerSecond)),
    pace: createPace(policy.name),
    budget: createRetryBudget(),
    flights: createSingleFlight(),
  };
}
