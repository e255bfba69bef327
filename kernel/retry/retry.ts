import type { Backoff } from './backoff.ts';
import { sleep } from './sleep.ts';

/** When and how often to try again. */
export interface RetryOptions {
  readonly backoff: Backoff;
  /** Most attempts, the first included. */
  readonly attempts: number;
  /** Ends the waiting; the work itself must watch it too. */
  readonly signal?: AbortSignal;
  /** False for an error that another attempt cannot mend. */
  readonly isRetryable: (error: unknown) => boolean;
  /** Uniform in [0, 1). @default Math.random */
  readonly random?: () => number;
}

/** Runs `work` until it succeeds, fails for good or the attempts are spent; throws its last error. */
export async function retry<T>(
  work: (attempt: number) => Promise<T>,
  options: RetryOptions,
): Promise<T> {
  const { backoff, attempts, signal, isRetryable, random = Math.random } = options;
  for (let attempt = 1; ; attempt++) {
    try {
      return await work(attempt);
    } catch (error) {
      if (attempt >= attempts || !isRetryable(error)) throw error;
    }
    await sleep(backoff.delayMs(attempt, random), signal);
  }
}
