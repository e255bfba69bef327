import { isJsonObject, type JsonObject, type JsonValue } from '../../kernel/json.ts';
import type { DurationModel } from '../dsl/document.ts';
import { definitionScope, type Step } from '../execution.ts';
import type { ApprovalWait } from '../host.ts';
import { workflowError } from '../problem.ts';
import { momentAfter } from '../timeout.ts';
import { approversIn } from './approvers.ts';

/** People are reminded no more often than that, milliseconds. */
export const leastReminder = 60_000;

/** How often those who are asked are reminded, and whom else is asked when they do not answer. */
export function chasingIn(
  { remind, escalate }: JsonObject,
  step: Step,
): Pick<ApprovalWait, 'remindEveryMs' | 'escalation'> {
  return {
    ...(remind === undefined ? {} : { remindEveryMs: reminderOf(remind, step) }),
    ...(escalate === undefined ? {} : { escalation: escalationOf(escalate, step) }),
  };
}

function reminderOf(remind: JsonValue, step: Step): number {
  const ms = lengthOf(remind, step);
  if (ms >= leastReminder) return ms;
  throw workflowError('validation', `${step.name}: a reminder comes once a minute at most`);
}

function escalationOf(escalate: JsonValue, step: Step): NonNullable<ApprovalWait['escalation']> {
  const { after, approvers, ...rest } = isJsonObject(escalate) ? escalate : {};
  const named = approversIn(approvers);
  if (after === undefined || named === undefined || Object.keys(rest).length > 0)
    throw workflowError('validation', `${step.name}: escalate is an object of after and approvers`);
  return { afterMs: lengthOf(after, step), approvers: named };
}

/** Of a duration, milliseconds. */
export function lengthOf(duration: JsonValue, step: Step): number {
  // momentAfter refuses what is no duration.
  return (
    momentAfter(duration as DurationModel, definitionScope(step), step) - step.execution.clock.now
  );
}
