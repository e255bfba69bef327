import type { Chore } from './every.ts';

/** Measures something from time to time. */
export interface Watch<T> {
  readonly chores: readonly Chore[];
  /** What the last look found. */
  readonly last: T;
}

const intervalMs = 15_000;
/** A look takes no more than this part of a worker's time: the longer it takes, the rarer it is. */
const part = 50;

/** Begins with its first chore; `last` is `initial` until then. */
export function createWatch<T>(name: string, initial: T, measure: () => Promise<T>): Watch<T> {
  let last = initial;
  let nextAt = 0;
  return {
    get last() {
      return last;
    },
    chores: [
      {
        name,
        intervalMs,
        async turn() {
          const startedAt = performance.now();
          if (startedAt < nextAt) return false;
          last = await measure();
          nextAt = performance.now() + part * (performance.now() - startedAt);
          return false;
        },
      },
    ],
  };
}
