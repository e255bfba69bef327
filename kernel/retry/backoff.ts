/** How long to wait before each new attempt: an immutable value, shared freely. */
export interface Backoff {
  /**
   * Milliseconds to wait after the given failed attempt.
   * @param attempt 1 after the first failure
   * @param random uniform in [0, 1); where the jitter comes from
   */
  delayMs(attempt: number, random: () => number): number;
}

/** The same wait each time, in milliseconds. */
export function constantBackoff(ms: number): Backoff {
  return { delayMs: () => ms };
}

/** Shape of an exponential backoff. */
export interface ExponentialOptions {
  /** Wait after the first failure, milliseconds. */
  readonly firstMs: number;
  /** Longest wait, milliseconds. */
  readonly maxMs: number;
  /** @default 2 */
  readonly factor?: number;
  /** Share of the wait that is random: 0 none, 1 all of it ("full jitter"). @default 1 */
  readonly jitter?: number;
}

/** Waits that grow by `factor` up to `maxMs`, with jitter so that many clients do not come back at once. */
export function exponentialBackoff(options: ExponentialOptions): Backoff {
  const { firstMs, maxMs, factor = 2, jitter = 1 } = options;
  return {
    delayMs(attempt, random) {
      const full = Math.min(maxMs, firstMs * factor ** (attempt - 1));
      return full * (1 - jitter) + full * jitter * random();
    },
  };
}
