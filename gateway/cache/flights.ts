import { LRUCache } from 'lru-cache';

import type { CacheEntry } from './store.ts';

/** Ends a flight: with what others may have, or with nothing. */
export type Land = (entry: CacheEntry | undefined) => void;

/** What is being asked and may turn out to be for all: who comes later waits instead of asking again. */
export interface CacheFlights {
  /** The flight that is under way; undefined where there is none, or none that is worth waiting for. */
  join(key: string): Promise<CacheEntry | undefined> | undefined;
  /** Begins one; undefined where what is asked has turned out not to be for all. */
  begin(key: string): Land | undefined;
  /** Nobody joins what began before. */
  forget(): void;
}

/** Answers that were not for all: their callers do not wait for each other the next time. */
const MAX_PASSES = 10_000;
const PASS_MS = 10_000;

export function createCacheFlights(): CacheFlights {
  const flights = new Map<string, Promise<CacheEntry | undefined>>();
  const passes = new LRUCache<string, true>({ max: MAX_PASSES, ttl: PASS_MS });
  return {
    join: (key) => flights.get(key),
    begin(key) {
      if (passes.has(key) || flights.has(key)) return undefined;
      const { promise, resolve } = Promise.withResolvers<CacheEntry | undefined>();
      flights.set(key, promise);
      return (entry) => {
        if (flights.get(key) === promise) flights.delete(key);
        if (entry === undefined) passes.set(key, true);
        else passes.delete(key);
        resolve(entry);
      };
    },
    forget: () => flights.clear(),
  };
}
