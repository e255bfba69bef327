import type { CallOptions } from './calls.ts';
import { OperandiError } from './errors.ts';
import { backoffMs, pause } from './pause.ts';

/** How a call is repeated. */
export interface RetryPlan {
  readonly maxRetries: number;
  /** True when an attempt of which nothing is known may be made again. */
  readonly isRepeatable: boolean;
  /** True when a credential that was refused can be renewed. */
  readonly isRenewable: boolean;
  readonly signal: CallOptions['signal'];
  readonly onRetry?: ((attempt: number, waitMs: number, error: unknown) => void) | undefined;
}

/** Nobody waits longer than this because a platform asks for it. */
const longestWaitMs = 60_000;

/** Makes attempts until one succeeds or another makes no sense; each is told its number and whether its credential was refused. */
export async function withRetries<Answer>(
  plan: RetryPlan,
  make: (attempt: number, isRefused: boolean) => Promise<Answer>,
): Promise<Answer> {
  let isRefused = false;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await make(attempt, isRefused);
    } catch (error) {
      if (attempt > plan.maxRetries) throw error;
      const isRenewal: boolean = plan.isRenewable && !isRefused && isOf(error, 'UNAUTHENTICATED');
      const waitMs = isRenewal ? 0 : waitBefore(plan, attempt, error);
      if (waitMs === undefined) throw error;
      isRefused = isRenewal;
      plan.onRetry?.(attempt, waitMs, error);
      await pause(waitMs, plan.signal);
    }
  }
}

function waitBefore(plan: RetryPlan, attempt: number, error: unknown): number | undefined {
  if (!(error instanceof OperandiError)) return undefined;
  // INTERNAL is retryable by hand, but a fault of the platform rarely passes within a second.
  const isPassing = error.isRetryable && error.code !== 'INTERNAL';
  // Nothing has begun where the rate is limited.
  const isHarmless = plan.isRepeatable || error.code === 'RATE_LIMITED';
  const asked = error.retryAfterMs ?? 0;
  if (!isPassing || !isHarmless || asked > longestWaitMs) return undefined;
  return asked + backoffMs(attempt);
}

function isOf(error: unknown, code: string): boolean {
  return error instanceof OperandiError && error.code === code;
}
