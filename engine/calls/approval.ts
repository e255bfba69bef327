import { isJsonObject, type JsonObject, type JsonValue } from '../../kernel/json.ts';
import type { CallTask, DurationModel } from '../dsl/document.ts';
import { definitionScope, type Step } from '../execution.ts';
import type { Fiber } from '../fiber.ts';
import type { ApprovalWait } from '../host.ts';
import { textOf } from '../json-text.ts';
import { workflowError } from '../problem.ts';
import { pauseUntil } from '../pauses.ts';
import { beforeDeadline, momentAfter } from '../timeout.ts';
import { chasingIn } from './approval-chasing.ts';
import { undoIn } from './approval-undo.ts';
import { approversIn, isName } from './approvers.ts';
import { filledArguments } from './arguments.ts';

/** `call: approval`: stands still until somebody has decided; the decision is the output, a refusal no error. */
export function* callApproval(step: Step<CallTask>): Fiber<JsonValue> {
  // The form is taken as written, so that data cannot become a part of it.
  const { form, ...evaluated } = step.task.with ?? {};
  const args = filledArguments(step, ['title'], evaluated);
  const question = { ...waitOf(step, args), ...(isJsonObject(form) && { form }) };
  const { timeout } = args;
  if (timeout === undefined) return yield* pauseUntil(step, question);
  const dueAt = momentAfter(asDuration(timeout), definitionScope(step), step);
  const setAt = step.execution.clock.now;
  const body = pauseUntil(step, { ...question, dueAt, setAt });
  return yield* beforeDeadline(
    { key: `${step.key}!due`, task: step.reference, dueAt, setAt },
    body,
    `nobody has decided ${step.name} in time`,
  );
}

function waitOf(step: Step, args: JsonObject): ApprovalWait {
  const { title, description, data } = args;
  return {
    kind: 'approval',
    key: step.key,
    task: step.reference,
    title: textOf(title),
    ...(typeof description === 'string' ? { description } : {}),
    ...ruleIn(args, step),
    ...chasingIn(args, step),
    ...undoIn(args, step),
    ...(data === undefined ? {} : { data }),
  };
}

type Rule = Pick<ApprovalWait, 'approvers' | 'role' | 'fourEyes' | 'quorum'>;

/** Who may decide is never guessed: what an expression did not give as it should would let everybody. */
function ruleIn(args: JsonObject, { name }: Step): Rule {
  const fault = faultIn(args);
  if (fault !== undefined) throw workflowError('validation', `${name}: ${fault}`);
  const { approvers, role, fourEyes, quorum } = args;
  const named = approversIn(approvers);
  return {
    ...(named === undefined ? {} : { approvers: named }),
    ...(isName(role) ? { role } : {}),
    ...(fourEyes === true ? { fourEyes } : {}),
    ...(isQuorum(quorum) ? { quorum } : {}),
  };
}

function faultIn(args: JsonObject): string | undefined {
  const { approvers, role: _role, fourEyes, quorum, ...rest } = args;
  const stranger = Object.keys(rest).find((each) => !others.has(each));
  if (stranger !== undefined) return `${JSON.stringify(stranger)} is no argument of an approval`;
  if (approvers !== undefined && approversIn(approvers) === undefined)
    return 'the approvers are not a list of ids, roles and groups';
  return faultOfRole(args) ?? faultOfCount(fourEyes, quorum);
}

function faultOfRole({ role, approvers, escalate }: JsonObject): string | undefined {
  if (role !== undefined && !isName(role)) return 'the role is not a text';
  if (escalate === undefined || (approvers !== undefined && role === undefined)) return undefined;
  return 'escalate goes with approvers: give a role as one of them';
}

function faultOfCount(
  fourEyes: JsonValue | undefined,
  quorum: JsonValue | undefined,
): string | undefined {
  if (fourEyes !== undefined && typeof fourEyes !== 'boolean')
    return 'fourEyes is neither true nor false';
  if (quorum !== undefined && !isQuorum(quorum))
    return `the quorum is not a whole number from 1 to ${String(maxQuorum)}`;
  return undefined;
}

const others: ReadonlySet<string> = new Set([
  ...['title', 'description', 'timeout', 'data', 'remind', 'escalate', 'undo'],
]);
/** As the schema of the arguments has it. */
const maxQuorum = 100;

function isQuorum(value: JsonValue | undefined): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= maxQuorum;
}

// momentAfter refuses what is no duration.
function asDuration(value: JsonValue): DurationModel {
  return value as DurationModel;
}
