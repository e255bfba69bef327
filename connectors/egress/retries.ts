import { exponentialBackoff } from '../../kernel/retry/backoff.ts';
import { sleep } from '../../kernel/retry/sleep.ts';
import { IntegrationError } from '../errors.ts';
import type { CallTrace } from './trace.ts';

/** Bounds retries to a share of the requests, so that a failing system is not called ever more often. */
export interface RetryBudget {
  /** Counts a first try. */
  earn(): void;
  /** Takes one retry, or answers false. */
  spend(): boolean;
}

const retriesPerRequest = 0.2;
const reserve = 10;

export function createRetryBudget(): RetryBudget {
  let credit = reserve;
  return {
    earn() {
      credit = Math.min(reserve, credit + retriesPerRequest);
    },
    spend() {
      if (credit < 1) return false;
      credit -= 1;
      return true;
    },
  };
}

/** The least an answer must tell for a decision to try again. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
}

export interface RetryOptions {
  readonly isRepeatable: boolean;
  readonly maxAttempts: number;
  readonly budget: RetryBudget;
  readonly signal: AbortSignal;
  /** Monotonic end of the whole call, milliseconds; `Infinity` for none. */
  readonly deadlineAt: number;
  readonly random: () => number;
  readonly trace?: CallTrace | undefined;
}

type Outcome<T> = { readonly answer: T } | { readonly error: unknown };

/** Longest wait for the next try, milliseconds: whoever is told to wait longer has the answer. */
const maxPauseMs = 60_000;

const retryableStatuses: ReadonlySet<number> = new Set([408, 425, 429, 500, 502, 503, 504]);
// Full jitter spreads the second wave of many callers that failed together.
const backoff = exponentialBackoff({ firstMs: 200, maxMs: 10_000, jitter: 1 });

/** Repeats a try while that is harmless, promising and affordable; the last outcome is the result. */
export async function withRetries<T extends Answer>(
  options: RetryOptions,
  work: (attempt: number) => Promise<T>,
): Promise<{ readonly answer: T; readonly attempts: number }> {
  options.budget.earn();
  for (let attempt = 1; ; attempt += 1) {
    let outcome: Outcome<T>;
    try {
      outcome = { answer: await work(attempt) };
    } catch (error) {
      outcome = { error };
    }
    const waitMs = pauseBefore(outcome, attempt, options);
    if (waitMs === undefined) {
      if ('error' in outcome) throw afterAttempts(outcome.error, attempt);
      return { answer: outcome.answer, attempts: attempt };
    }
    options.trace?.enter('retry');
    await sleep(waitMs, options.signal);
  }
}

function afterAttempts(error: unknown, attempts: number): unknown {
  return error instanceof IntegrationError && attempts > 1 ? error.after(attempts) : error;
}

/** Milliseconds to wait before the next try, or undefined when this outcome stands. */
function pauseBefore(
  outcome: Outcome<Answer>,
  attempt: number,
  options: RetryOptions,
): number | undefined {
  if (!options.isRepeatable || attempt >= options.maxAttempts || options.signal.aborted)
    return undefined;
  if (!isPromising(outcome)) return undefined;
  const waitMs = Math.max(askedDelayMs(outcome) ?? 0, backoff.delayMs(attempt, options.random));
  if (waitMs > maxPauseMs || performance.now() + waitMs >= options.deadlineAt) return undefined;
  return options.budget.spend() ? waitMs : undefined;
}

function isPromising(outcome: Outcome<Answer>): boolean {
  if ('answer' in outcome) return retryableStatuses.has(outcome.answer.status);
  return outcome.error instanceof IntegrationError && outcome.error.isRetryable;
}

function askedDelayMs(outcome: Outcome<Answer>): number | undefined {
  if ('answer' in outcome) return retryAfterMs(outcome.answer.headers);
  return outcome.error instanceof IntegrationError ? outcome.error.retryAfterMs : undefined;
}

/** `Retry-After` in either form (seconds, HTTP date) as milliseconds from now. */
export function retryAfterMs(headers: Readonly<Record<string, string>>): number | undefined {
  const value = headers['retry-after']?.trim() ?? '';
  if (/^\d+(?:\.\d+)?$/u.test(value)) return Number(value) * 1000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - Date.now());
}
