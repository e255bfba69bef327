import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';

import { sleep } from '../../kernel/retry/sleep.ts';
import { untilAborted } from './abort.ts';

/** Counts one use of a key; rejects with `RateLimiterRes` when there is none left. Any limiter of the library fits. */
export interface UseCounter {
  consume(key: string): Promise<unknown>;
}

/** Makes the counter of one connection, e.g. one that lives in Redis and is shared by all workers. */
export type CreateUseCounter = (ratePerSecond: number) => UseCounter;

/** Lets callers through one after the other, no faster than the rate. */
export interface RateGate {
  pass(signal: AbortSignal): Promise<void>;
}

export function createRateGate(key: string, counter: UseCounter): RateGate {
  // Only the head of the line asks the counter, so a thousand waiters cost one timer and keep their order.
  let line: Promise<void> = Promise.resolve();
  return {
    pass(signal) {
      const turn = line.then(() => takeTurn(key, counter, signal));
      line = turn.catch(() => undefined);
      return untilAborted(turn, signal);
    },
  };
}

/** A window of one second (longer for rates below one), counted in this process. */
export function createMemoryCounter(ratePerSecond: number): UseCounter {
  const points = Math.max(1, Math.floor(ratePerSecond));
  return new RateLimiterMemory({ points, duration: points / ratePerSecond });
}

async function takeTurn(key: string, counter: UseCounter, signal: AbortSignal): Promise<void> {
  for (;;) {
    if (signal.aborted) return;
    const waitMs = await consume(key, counter);
    if (waitMs === 0) return;
    await sleep(waitMs, signal);
  }
}

async function consume(key: string, counter: UseCounter): Promise<number> {
  try {
    await counter.consume(key);
    return 0;
  } catch (refusal) {
    if (refusal instanceof RateLimiterRes) return Math.max(1, refusal.msBeforeNext);
    throw refusal;
  }
}
