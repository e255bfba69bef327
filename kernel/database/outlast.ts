import { exponentialBackoff } from '../retry/backoff.ts';
import { retry } from '../retry/retry.ts';
import { faultKind } from './faults.ts';

const backoff = exponentialBackoff({ firstMs: 50, maxMs: 1_000, jitter: 0.5 });
/** The longest absence that is waited for where nothing else ends the wait, milliseconds. */
const longestMs = 30_000;
const waitedFor: ReadonlySet<string> = new Set(['away', 'collision', 'slow']);

/**
 * Does the work again while the database is away, until `canWait` says no. What it does must be safe to repeat after a
 * commit that nobody heard of.
 */
export function outlast<Result>(
  work: () => Promise<Result>,
  canWait: () => boolean = withinTime(longestMs),
): Promise<Result> {
  return retry(work, {
    backoff,
    attempts: Infinity,
    isRetryable: (error) => waitedFor.has(faultKind(error)) && canWait(),
  });
}

function withinTime(ms: number): () => boolean {
  const endsAt = performance.now() + ms;
  return () => performance.now() < endsAt;
}
