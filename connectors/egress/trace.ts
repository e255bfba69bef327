import type { BreakerState } from './circuit.ts';

/** In what a call spends its time, in the order in which it gets there. */
export const callStages = ['cache', 'place', 'pause', 'rate', 'answer', 'body', 'retry'] as const;

export type CallStage = (typeof callStages)[number];

/**
 * How the cache took part: HIT, nothing was sent; REVALIDATED, the peer said that what is kept is good; STALE, what is kept
 * was used although it is old, as the peer allows; MISS, the peer answered; BYPASS, the call is not one for the cache.
 */
export type CacheOutcome = 'HIT' | 'REVALIDATED' | 'STALE' | 'MISS' | 'BYPASS';

/** Where the time of a call goes, noted on its way. */
export interface CallTrace {
  /** Undefined where the kind of call has no cache. */
  cache: CacheOutcome | undefined;
  /** How the last try found the breaker. */
  breaker: BreakerState | undefined;
  /** What follows belongs to this stage. */
  enter(stage: CallStage): void;
  /** Ends the last stage; milliseconds by stage, those without any left out. */
  finish(): CallTimes;
}

export type CallTimes = Partial<Readonly<Record<CallStage, number>>>;

export function createTrace(): CallTrace {
  const times: Partial<Record<CallStage, number>> = {};
  let current: CallStage | undefined;
  let since = 0;

  function leave(now: number): void {
    if (current !== undefined) times[current] = (times[current] ?? 0) + now - since;
    since = now;
  }

  return {
    cache: undefined,
    breaker: undefined,
    enter(stage) {
      leave(performance.now());
      current = stage;
    },
    finish() {
      leave(performance.now());
      current = undefined;
      return times;
    },
  };
}
