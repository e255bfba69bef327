import type { DurationModel, RetryModel } from './dsl/document.ts';
import type { Step } from './execution.ts';
import { isTruthy, type Scope } from './expressions.ts';
import { WorkflowError, withDetail } from './problem.ts';
import { seededFraction } from './random.ts';
import type { RunClock } from './replay.ts';
import { momentAfter } from './timeout.ts';

interface Failure {
  readonly step: Step;
  /** What `when` and `exceptWhen` see: `.` is the error. */
  readonly scope: Scope;
  /** What the rest sees, as any expression of the task: `.` is its input, the error has its name. */
  readonly inputScope: Scope;
  /** Retries so far. */
  readonly attempt: number;
  /** When the first attempt began. */
  readonly startedAt: RunClock;
}

/** Whether there is another attempt and when, else the error that is left. */
export type Verdict = { readonly retryAt: number } | { readonly error: WorkflowError };

/** Asks a policy after a failure. One that cannot be evaluated gives up: the error stays what it is, and says so. */
export function judge(
  policy: RetryModel | undefined,
  error: WorkflowError,
  failure: Failure,
): Verdict {
  if (policy === undefined) return { error };
  try {
    const retryAt = nextAttempt(policy, failure);
    return retryAt === undefined ? { error } : { retryAt };
  } catch (fault) {
    if (!(fault instanceof WorkflowError) || !fault.isCatchable) throw fault;
    return { error: withDetail(error, `its retry policy cannot be evaluated: ${fault.message}`) };
  }
}

/** The moment of the next attempt, or undefined when the policy gives up. */
function nextAttempt(policy: RetryModel, failure: Failure): number | undefined {
  const { step, attempt } = failure;
  const count = policy.limit?.attempt?.count ?? unlimited(policy, step);
  if (attempt >= count || !isAllowed(policy, failure)) return undefined;
  const { now } = step.execution.clock;
  const delay =
    backoff(policy, millisecondsOf(policy.delay, failure), attempt + 1) + jitter(policy, failure);
  const retryAt = now + Math.min(delay, step.execution.limits.delayMs);
  const limit = policy.limit?.duration;
  if (limit === undefined) return retryAt;
  const idle = step.execution.clock.idle - failure.startedAt.idle;
  const spent = retryAt - failure.startedAt.now - idle;
  return spent > millisecondsOf(limit, failure) ? undefined : retryAt;
}

function unlimited(policy: RetryModel, step: Step): number {
  return policy.limit?.duration === undefined
    ? step.execution.limits.retries
    : Number.POSITIVE_INFINITY;
}

function isAllowed({ when, exceptWhen }: RetryModel, { step, scope }: Failure): boolean {
  const { expressions } = step.execution.definition;
  if (when !== undefined && !isTruthy(expressions.evaluate(when, scope))) return false;
  return exceptWhen === undefined || !isTruthy(expressions.evaluate(exceptWhen, scope));
}

/** Delay before retry n, from 1. */
function backoff(policy: RetryModel, delayMs: number, retry: number): number {
  if (policy.backoff?.linear !== undefined) return delayMs * retry;
  if (policy.backoff?.exponential !== undefined) return delayMs * 2 ** (retry - 1);
  return delayMs;
}

/** Uniform in [from, to], and the same on every replay. */
function jitter(policy: RetryModel, failure: Failure): number {
  if (policy.jitter === undefined) return 0;
  const from = millisecondsOf(policy.jitter.from, failure);
  const to = millisecondsOf(policy.jitter.to, failure);
  const seed = `${failure.step.execution.job.id}:${failure.step.key}:${String(failure.attempt)}`;
  return Math.round(from + seededFraction(seed) * Math.max(0, to - from));
}

function millisecondsOf(model: DurationModel | undefined, { step, inputScope }: Failure): number {
  return model === undefined ? 0 : momentAfter(model, inputScope, step) - step.execution.clock.now;
}
