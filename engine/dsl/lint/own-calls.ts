import { isJsonObject, type JsonObject, type JsonValue } from '../../../kernel/json.ts';
import { leastReminder } from '../../calls/approval-chasing.ts';
import { longestUndo } from '../../calls/approval-undo.ts';
import { addDuration, parseDuration } from '../../duration.ts';
import { defaultFunctionName, defaultFunctions } from '../../functions.ts';
import { isResponseFormat } from '../../render/formats.ts';
import { checkResponses } from '../../render/render.ts';
import { validateArguments } from '../call-schemas.ts';
import type { WorkflowDocument } from '../document.ts';
import { isJsonArray } from '../../json-text.ts';
import type { Remark } from '../finding.ts';
import { duration } from './durations.ts';
import type { LintedTask } from './places.ts';
import { fault, listed } from './remarks.ts';
import { schemaRemarks } from './schemas.ts';

/** The default function that a task calls; undefined where the definition has one of its own by the name. */
export function ownCallOf(call: string, document: WorkflowDocument): string | undefined {
  const name = defaultFunctionName(call);
  const isReplaced = Object.hasOwn(document.use?.functions ?? {}, call);
  return !isReplaced && defaultFunctions.has(name) ? name : undefined;
}

/** What the platform's own calls take: names, forms, durations, templates. */
export function checkOwnCall({ task, path }: LintedTask, document: WorkflowDocument): Remark[] {
  if (!('call' in task)) return [];
  const name = ownCallOf(task.call, document);
  if (name === undefined) return [];
  const args = task.with ?? {};
  const at = task.with === undefined ? path : `${path}/with`;
  const form = validateArguments(name, args, at);
  const further = meanings.get(name)?.(args, at, document) ?? [];
  const isTold = (place: string): boolean => form.some((remark) => remark.path.startsWith(place));
  return [...form, ...further.filter((remark) => !isTold(remark.path))];
}

type Meaning = (args: JsonObject, path: string, document: WorkflowDocument) => Remark[];

/** What the schemas cannot see. */
const meanings: ReadonlyMap<string, Meaning> = new Map([
  ['approval', checkApproval],
  ['render', checkRender],
]);

function checkApproval(args: JsonObject, path: string): Remark[] {
  const { timeout, remind, escalate, undo, role, approvers } = args;
  const after = isJsonObject(escalate) ? escalate['after'] : undefined;
  return [
    ...durationAt(timeout, `${path}/timeout`),
    ...durationAt(remind, `${path}/remind`),
    ...durationAt(after, `${path}/escalate/after`),
    ...durationAt(undo, `${path}/undo`),
    ...(isTooOften(remind) ? [tooOften(path)] : []),
    ...(isNoWindow(undo) ? [noWindow(path)] : []),
    ...(escalate !== undefined && (role !== undefined || approvers === undefined)
      ? [escalationOfNobody(path)]
      : []),
    ...checkQuorum(args, `${path}/quorum`),
    ...(isJsonObject(args['form']) ? schemaRemarks(args['form'], `${path}/form`) : []),
  ];
}

function durationAt(value: JsonValue | undefined, path: string): Remark[] {
  return typeof value === 'string' || isJsonObject(value) ? duration(value, path) : [];
}

function isTooOften(remind: JsonValue | undefined): boolean {
  const length = literalLength(remind);
  return length !== undefined && length < leastReminder;
}

function isNoWindow(undo: JsonValue | undefined): boolean {
  const length = literalLength(undo);
  return length !== undefined && (length <= 0 || length > longestUndo);
}

/** Milliseconds; undefined for what only an expression gives. */
function literalLength(value: JsonValue | undefined): number | undefined {
  const isLiteral = typeof value === 'string' || isJsonObject(value);
  const length = isLiteral ? parseDuration(value) : undefined;
  return length === undefined ? undefined : addDuration(0, length);
}

function noWindow(path: string): Remark {
  return fault('approval/undo', `${path}/undo`, {
    message: 'a decision can be taken back for more than nothing and a day at most',
    hint: 'Give a duration such as PT30S.',
  });
}

function tooOften(path: string): Remark {
  return fault('approval/remind', `${path}/remind`, {
    message: 'a reminder comes once a minute at most',
    hint: 'Give a longer duration, such as PT24H.',
  });
}

function escalationOfNobody(path: string): Remark {
  return fault('approval/escalate', `${path}/escalate`, {
    message: 'escalate goes with approvers, which it adds others to, and not with role',
    hint: 'Say who is asked first; a role may be one of the approvers.',
  });
}

/** A question that fewer may answer than have to is never decided. */
function checkQuorum({ approvers, escalate, quorum }: JsonObject, path: string): Remark[] {
  if (typeof quorum !== 'number' || !isJsonArray(approvers)) return [];
  const others = isJsonObject(escalate) ? escalate['approvers'] : [];
  if (!isJsonArray(others)) return [];
  const names = new Set(
    [...approvers, ...others].map((each) => (typeof each === 'string' ? each.toLowerCase() : '')),
  );
  const areIds = [...names].every((name) => /^[\da-f-]{36}$/.test(name));
  if (!areIds || names.size >= quorum) return [];
  return [
    fault('approval/quorum', path, {
      message: `${String(quorum)} have to approve, and there are ${String(names.size)} approvers`,
      hint: 'Name more approvers, or lower the quorum.',
    }),
  ];
}

function checkRender(args: JsonObject, path: string, document: WorkflowDocument): Remark[] {
  const { format, template } = args;
  if (typeof template === 'string') return checkInline(template, format, `${path}/template`);
  if (template !== undefined || typeof format !== 'string' || !isResponseFormat(format)) return [];
  const responses = document.document.metadata?.['responses'];
  const offered = isJsonObject(responses) ? Object.keys(responses) : [];
  if (format === 'json' || offered.includes(format)) return [];
  return [
    fault('render/no-response', `${path}/format`, {
      message: `the definition has no response of format ${format}; ${listed(offered)}`,
      hint: 'Give a template, or declare the response under document.metadata.responses.',
    }),
  ];
}

function checkInline(template: string, format: JsonValue | undefined, path: string): Remark[] {
  const known = typeof format === 'string' && isResponseFormat(format) ? format : 'text';
  return checkResponses({ [known]: template }).map(({ message }) =>
    fault('render/template', path, { message, hint: 'Templates are Liquid.' }),
  );
}

const writtenArguments: ReadonlyMap<string, string> = new Map([
  ['approval', 'form'],
  ['render', 'template'],
]);

/** Pointers of texts that look like values but are taken as written. */
export function writtenTexts({ task, path }: LintedTask, document: WorkflowDocument): string[] {
  const call = 'call' in task ? ownCallOf(task.call, document) : undefined;
  const written = call === undefined ? undefined : writtenArguments.get(call);
  return written === undefined ? [] : [`${path}/with/${written}`];
}
