/** Lets a number of callers in at once; the others wait in the order they came. */
export interface Semaphore {
  /** Runs the work when there is room. */
  run<Result>(work: () => Promise<Result>): Promise<Result>;
  /** Nobody is in, nobody waits. */
  readonly isIdle: boolean;
}

/** Makes one with room for `places` callers. */
export function createSemaphore(places: number): Semaphore {
  const waiting: (() => void)[] = [];
  let free = places;
  const leave = (): void => {
    const next = waiting.shift();
    if (next === undefined) free += 1;
    else next();
  };
  return {
    async run(work) {
      if (free > 0) free -= 1;
      else await new Promise<void>((resolve) => waiting.push(resolve));
      try {
        return await work();
      } finally {
        leave();
      }
    },
    get isIdle() {
      return free === places;
    },
  };
}

/** Semaphores by key, made when they are needed and forgotten when nobody is in. */
export interface KeyedSemaphore {
  run<Result>(key: string, work: () => Promise<Result>): Promise<Result>;
}

/** Makes one with room for `places` callers of each key. */
export function createKeyedSemaphore(places: number): KeyedSemaphore {
  const byKey = new Map<string, Semaphore>();
  return {
    async run(key, work) {
      const own = byKey.get(key) ?? createSemaphore(places);
      byKey.set(key, own);
      try {
        return await own.run(work);
      } finally {
        if (own.isIdle) byKey.delete(key);
      }
    },
  };
}
