/** A job that runs longer than this, milliseconds, is not expected to give its slot back soon. */
const quickMs = 20;

export interface SlotsOptions {
  /** Jobs at once. */
  readonly count: number;
  /** Rung when it is worth to fill the slots that are free. */
  readonly ring: () => void;
}

/** The places for jobs in a worker. */
export interface Slots {
  readonly free: number;
  /** Holds a slot until the run ends. */
  take(run: Promise<void>): void;
}

/**
 * Slots that ring when a quarter of those that turn over are free: fewer would claim jobs one by one under load. What
 * long jobs hold does not count, and no slot stays free longer than a quick job takes.
 */
export function createSlots({ count, ring }: SlotsOptions): Slots {
  // In the order of their start.
  const sinceByRun = new Map<Promise<void>, number>();
  let alarm: NodeJS.Timeout | undefined;

  function ringNow(): void {
    clearTimeout(alarm);
    alarm = undefined;
    ring();
  }

  function onFree(): void {
    const longAgo = performance.now() - quickMs;
    let long = 0;
    for (const since of sinceByRun.values()) {
      if (since > longAgo) break;
      long += 1;
    }
    if (count - sinceByRun.size >= (count - long) / 4) ringNow();
    else alarm ??= setTimeout(ringNow, quickMs);
  }

  return {
    get free() {
      return count - sinceByRun.size;
    },
    take(run) {
      sinceByRun.set(run, performance.now());
      void run.finally(() => {
        sinceByRun.delete(run);
        onFree();
      });
    },
  };
}
