import type { JsonValue } from '../../kernel/json.ts';
import type { RetryModel, TryTask } from '../dsl/document.ts';
import { matchesErrorFilter } from '../error-filter.ts';
import {
  definitionScope,
  frameInside,
  type Frame,
  type ListResult,
  type Step,
  type TaskResult,
} from '../execution.ts';
import { isTruthy, type Scope } from '../expressions.ts';
import type { Fiber } from '../fiber.ts';
import { pauseUntil } from '../pauses.ts';
import {
  errorKindOf,
  WorkflowError,
  withOrigins,
  workflowError,
  type ErrorOrigin,
} from '../problem.ts';
import { judge } from '../retry-policy.ts';
import { beforeDeadline, momentAfter } from '../timeout.ts';
import { taskRetried } from './task-events.ts';

/** Filter, `when`, `exceptWhen`, then retries while the policy allows, then the handler. */
export function* runTry(step: Step<TryTask>): Fiber<TaskResult> {
  const policy = retryPolicy(step);
  const startedAt = { ...step.execution.clock };
  // The first attempt whose effects the one at hand may repeat.
  let repeated = 0;
  for (let attempt = 0; ; attempt += 1) {
    try {
      const { output } = yield* runAttempt(step, policy, { attempt, repeated });
      return { output };
    } catch (error) {
      if (!(error instanceof WorkflowError)) throw error;
      const verdict = becauseOf(error, () => {
        if (!isCaught(step, error)) throw error;
        const scope = errorScope(step, error);
        const inputScope = definitionScope(step, step.input, {
          error: error.problem,
          ...errorVariable(step, error),
        });
        return judge(policy, error, { step, scope, inputScope, attempt, startedAt });
      });
      if ('error' in verdict) {
        const { error: left } = verdict;
        const last = attempt === 0 ? left : withOrigins(left, [{ kind: 'try', key: step.key }]);
        return yield* handle(step, last, policy !== undefined);
      }
      if (!isOpen(error)) repeated = attempt + 1;
      taskRetried(step);
      yield* pauseUntil(step, {
        kind: 'timer',
        key: `${step.key}!retry@${String(attempt)}`,
        task: step.reference,
        dueAt: verdict.retryAt,
        setAt: step.execution.clock.now,
      });
    }
  }
}

function retryPolicy({ task, execution }: Step<TryTask>): RetryModel | undefined {
  const { retry } = task.catch;
  if (typeof retry !== 'string') return retry;
  const named = execution.definition.document.use?.retries?.[retry];
  if (named === undefined)
    throw workflowError(
      'configuration',
      `there is no retry policy ${JSON.stringify(retry)} in use.retries`,
    );
  return named;
}

function* runAttempt(
  step: Step<TryTask>,
  policy: RetryModel | undefined,
  { attempt, repeated }: { readonly attempt: number; readonly repeated: number },
): Fiber<ListResult> {
  const limit = policy?.limit?.attempt?.duration;
  const inside = frameInside(step, { path: 'try', round: attempt, peerRound: repeated });
  const frame = limit === undefined ? inside : { ...inside, isTimed: true };
  const list = step.execution.runList(step.task.try, frame, step.input);
  if (limit === undefined) return yield* list;
  const dueAt = momentAfter(limit, definitionScope(step), step);
  const setAt = step.execution.clock.now;
  const key = `${step.key}!attempt@${String(attempt)}`;
  const deadline = { key, task: step.reference, dueAt, setAt };
  return yield* beforeDeadline(deadline, list, `an attempt of ${step.name} did not end in time`);
}

/** Answers of 400 to 499 by which a system does not refuse: it was slow, busy, or at it already. */
const noRefusals: ReadonlySet<number> = new Set([408, 409, 425, 429]);

/** True where nobody knows what came of the attempt: it broke off, or a system failed that may have done its work before. */
function isOpen({ problem: { type, status } }: WorkflowError): boolean {
  const kind = errorKindOf(type);
  if (kind !== 'communication' && kind !== 'timeout') return false;
  return status < 400 || status >= 500 || noRefusals.has(status);
}

function isCaught(step: Step<TryTask>, error: WorkflowError): boolean {
  const { errors, when, exceptWhen } = step.task.catch;
  if (!error.isCatchable || !matchesErrorFilter(error.problem, errors?.with)) return false;
  const scope = errorScope(step, error);
  const holds = (condition: string): boolean =>
    isTruthy(step.execution.definition.expressions.evaluate(condition, scope));
  return (when === undefined || holds(when)) && (exceptWhen === undefined || !holds(exceptWhen));
}

/** `.` is the error, which also has its name. */
function errorScope(step: Step<TryTask>, error: WorkflowError): Scope {
  return definitionScope(step, error.problem, errorVariable(step, error));
}

function errorVariable(step: Step<TryTask>, error: WorkflowError): Record<string, JsonValue> {
  return { [step.task.catch.as ?? 'error']: error.problem };
}

function* handle(
  step: Step<TryTask>,
  error: WorkflowError,
  wasRetried: boolean,
): Fiber<TaskResult> {
  const { do: handler, then } = step.task.catch;
  if (wasRetried && handler === undefined && then === undefined) throw error;
  const frame = frameInside(step, { path: 'catch/do', variables: errorVariable(step, error) });
  const output = handler === undefined ? step.input : yield* handled(step, error, frame);
  return then === undefined ? { output } : { output, then };
}

function* handled(
  { execution, key, input, task }: Step<TryTask>,
  { origins: caught }: WorkflowError,
  frame: Frame,
): Fiber<JsonValue> {
  try {
    return (yield* execution.runList(task.catch.do ?? [], frame, input)).output;
  } catch (error) {
    throw error instanceof WorkflowError
      ? orFrom(error, [{ kind: 'handler', key, caught }])
      : error;
  }
}

/** What is computed on an error and fails comes from where that came from. */
function becauseOf<Result>({ origins }: WorkflowError, compute: () => Result): Result {
  try {
    return compute();
  } catch (error) {
    throw error instanceof WorkflowError ? orFrom(error, origins) : error;
  }
}

/** The error with an origin, where it has none of its own. */
function orFrom(error: WorkflowError, origins: readonly ErrorOrigin[]): WorkflowError {
  return error.origins.length === 0 ? withOrigins(error, origins) : error;
}
