import type { Thread } from './spawn-thread.ts';

/** What a thread uses of a budget of computing time, from the moment it was made. */
export interface Spending {
  /** Computing time that is left, milliseconds; nothing or less once the budget is used up. */
  leftMs(): Promise<number>;
}

/** A thread that stands back waits for its turns on a busy machine: by the clock it may take this many times its budget. */
const patience = 20;
/** The same for a thread that does not even tell what it has used, as it is deep in one step. */
const patienceUntold = 4;

/** Counts by the processor time of the thread itself, so that one that was left waiting is not blamed for it. */
export function startSpending(thread: Pick<Thread, 'cpuMs'>, budgetMs: number): Spending {
  const startedAt = performance.now();
  const before = thread.cpuMs();
  return {
    async leftMs() {
      const [first, now] = await Promise.all([before, thread.cpuMs()]);
      const elapsedMs = performance.now() - startedAt;
      if (elapsedMs >= budgetMs * patience) return 0;
      const isTold = first !== undefined && now !== undefined;
      return budgetMs - (isTold ? now - first : elapsedMs / patienceUntold);
    },
  };
}
