import type { JsonValue } from '../kernel/json.ts';
import type { DurationModel, TimeoutModel } from './dsl/document.ts';
import { addDuration, parseDuration } from './duration.ts';
import { definitionScope, type Step } from './execution.ts';
import type { Scope } from './expressions.ts';
import { gather, pause, type Fiber } from './fiber.ts';
import { workflowError } from './problem.ts';

/** The moment at which a duration from now has passed. */
export function momentAfter(
  model: DurationModel,
  scope: Scope,
  step: Pick<Step, 'execution'>,
): number {
  const { clock, definition, limits } = step.execution;
  const value = typeof model === 'string' ? definition.expressions.wrapped(model, scope) : model;
  const duration = isDurationModel(value) ? parseDuration(value) : undefined;
  if (duration === undefined)
    throw workflowError('expression', `${JSON.stringify(value)} is not a duration`);
  return Math.min(addDuration(clock.now, duration), clock.now + limits.delayMs);
}

function isDurationModel(value: JsonValue): value is DurationModel {
  return (
    typeof value === 'string' ||
    (typeof value === 'object' && value !== null && !Array.isArray(value))
  );
}

/** Resolves a timeout given by name. */
export function timeoutModel(
  step: Pick<Step, 'execution'>,
  model: TimeoutModel | string,
): TimeoutModel {
  if (typeof model !== 'string') return model;
  const named = step.execution.definition.document.use?.timeouts?.[model];
  if (named === undefined)
    throw workflowError(
      'configuration',
      `there is no timeout ${JSON.stringify(model)} in use.timeouts`,
    );
  return named;
}

/** Runs a body against a deadline; when it strikes the body is cancelled and `timeout` is raised. */
export function* withTimeout<T extends JsonValue>(
  step: Step,
  model: TimeoutModel | string | undefined,
  body: Fiber<T>,
): Fiber<T> {
  if (model === undefined) return yield* body;
  const setAt = step.execution.clock.now;
  const dueAt = momentAfter(timeoutModel(step, model).after, definitionScope(step), step);
  return yield* beforeDeadline(
    { key: `${step.key}!timeout`, task: step.reference, dueAt, setAt },
    body,
    `${step.name} did not end in time`,
  );
}

interface Deadline {
  readonly key: string;
  readonly task: string;
  readonly dueAt: number;
  /** When it was set. */
  readonly setAt: number;
}

/** The same with a deadline that is known; `detail` says what was late. */
export function* beforeDeadline<T extends JsonValue>(
  deadline: Deadline,
  body: Fiber<T>,
  detail: string,
): Fiber<T> {
  const box: { result?: T } = {};
  yield* gather('race', [kept(body, box), pause({ kind: 'timer', ...deadline, isDeadline: true })]);
  if (box.result !== undefined) return box.result;
  const origins = [{ kind: 'entry', key: deadline.key }] as const;
  throw workflowError('timeout', detail, { instance: deadline.task, origins });
}

/** Hands the typed result past the strands, which know JSON only. */
function* kept<T extends JsonValue>(body: Fiber<T>, box: { result?: T }): Fiber<JsonValue> {
  box.result = yield* body;
  return null;
}
