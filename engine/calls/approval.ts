import type { JsonObject, JsonValue } from '../../kernel/json.ts';
import type { CallTask, DurationModel } from '../dsl/document.ts';
import { definitionScope, type Step } from '../execution.ts';
import type { Fiber } from '../fiber.ts';
import type { ApprovalWait } from '../host.ts';
import { isJsonArray, textOf } from '../json-text.ts';
import { workflowError } from '../problem.ts';
import { pauseUntil } from '../pauses.ts';
import { beforeDeadline, momentAfter } from '../timeout.ts';
import { filledArguments } from './arguments.ts';

/** `call: approval`: stands still until somebody has decided; the decision is the output, a refusal no error. */
export function* callApproval(step: Step<CallTask>): Fiber<JsonValue> {
  const args = filledArguments(step, ['title']);
  const { timeout } = args;
  if (timeout === undefined) return yield* pauseUntil(step, waitOf(step, args));
  const dueAt = momentAfter(asDuration(timeout), definitionScope(step), step);
  const setAt = step.execution.clock.now;
  const body = pauseUntil(step, { ...waitOf(step, args), dueAt, setAt });
  return yield* beforeDeadline(
    { key: `${step.key}!due`, task: step.reference, dueAt, setAt },
    body,
    `nobody has decided ${step.name} in time`,
  );
}

function waitOf(step: Step, args: JsonObject): ApprovalWait {
  const { title, description, role, data } = args;
  const approvers = args['approvers'] === undefined ? undefined : namesIn(args['approvers'], step);
  return {
    kind: 'approval',
    key: step.key,
    task: step.reference,
    title: textOf(title),
    ...(typeof description === 'string' ? { description } : {}),
    ...(approvers === undefined ? {} : { approvers }),
    ...(typeof role === 'string' ? { role } : {}),
    ...(data === undefined ? {} : { data }),
  };
}

/** Who may decide is never guessed: a list that an expression did not give would let everybody. */
function namesIn(value: JsonValue, { name }: Step): readonly string[] {
  const names = isJsonArray(value) ? value.filter((each) => typeof each === 'string') : [];
  const isList = isJsonArray(value) && names.length === value.length && names.length > 0;
  if (isList && !names.includes('')) return names;
  throw workflowError('validation', `the approvers of ${name} are not a list of names`);
}

// momentAfter refuses what is no duration.
function asDuration(value: JsonValue): DurationModel {
  return value as DurationModel;
}
