import { isJsonObject, type JsonObject, type JsonValue } from '../../kernel/json.ts';
import type { Definition } from '../definition.ts';
import { pointerTokens } from '../dsl/finding.ts';
import type { CloudEvent } from '../host.ts';
import type { JournalValue } from '../journal.ts';
import { asProblem, errorKindOf, type WorkflowProblem } from '../problem.ts';
import type { OpenOperation } from '../strands.ts';
import { durationText } from './durations.ts';
import { workflowName, type SentCall } from './sent-call.ts';
import { taskAt } from './task-at.ts';

/** What a job asked the outside for, and when. */
export interface Asked {
  /** Epoch milliseconds. */
  readonly at: number;
  /** JSON pointer of the task. */
  readonly task: string;
  readonly call?: SentCall;
  readonly event?: CloudEvent;
  readonly wait?: Extract<OpenOperation, { readonly kind: 'pause' }>['wait'];
}

/** An answer as scenarios state it. */
export interface Stated {
  readonly call?: JsonObject;
  readonly event?: JsonObject;
  readonly approval?: JsonObject;
  /** What the job itself sent. */
  readonly emit?: JsonObject;
}

interface Answered {
  readonly about: Asked;
  readonly value: JournalValue;
  readonly job: { readonly startedAt: number };
}

/** A journaled answer in the words of a scenario; timers need none. */
export function recordedAnswer(definition: Definition, { about, value, job }: Answered): Stated {
  const { call, event, wait } = about;
  if (event !== undefined) return { emit: emitOf(event) };
  if (call !== undefined) return { call: callOf(definition, call, { about, value }) };
  if (wait === undefined || !('ok' in value)) return {};
  const { ok, at } = value;
  if (wait.kind === 'event' && isJsonObject(ok)) return { event: eventOf(ok, job.startedAt, at) };
  if (wait.kind === 'approval' && isJsonObject(ok))
    return { approval: { ...approvalOf(ok, wait.task), ...after(about.at, at) } };
  if (wait.kind !== 'child') return {};
  const child = { workflow: workflowName(wait.workflow), with: wait.input, times: 1 };
  return { call: { ...child, ...childEnd(ok), ...after(about.at, at) } };
}

/** A call that was under way when nobody needed it any more, or when the job ended. */
export function hangingCall({ kind, name, with: sent }: SentCall): JsonObject {
  return { [kind]: name, ...sentWith(kind, sent), hangs: true, times: 1 };
}

function sentWith(kind: SentCall['kind'], sent: JsonValue): JsonObject {
  return isEmpty(sent) ? {} : { with: comparable(kind, sent) };
}

function emitOf({ type, data }: CloudEvent): JsonObject {
  return data === undefined ? { type } : { type, data };
}

function callOf(
  definition: Definition,
  { kind, name, with: sent, task }: SentCall,
  { about, value }: Pick<Answered, 'about' | 'value'>,
): JsonObject {
  const answer =
    'ok' in value ? resultOf(definition, { kind, task, ok: value.ok }) : failureOf(value.error);
  return {
    ...{ [kind]: name, ...sentWith(kind, sent) },
    ...{ ...answer, ...after(about.at, value.at), times: 1 },
  };
}

/** Headers differ from call to call, as by the key that makes each its own. */
function comparable(kind: SentCall['kind'], sent: JsonValue): JsonValue {
  if (kind !== 'http' || !isJsonObject(sent)) return sent;
  const { headers: _headers, ...rest } = sent;
  return rest;
}

function isEmpty(sent: JsonValue): boolean {
  return isJsonObject(sent) && Object.keys(sent).every((name) => name === 'headers');
}

interface Result {
  readonly kind: SentCall['kind'];
  readonly task: string;
  readonly ok: JsonValue;
}

/** What was journaled is what the task made of the answer: the answer is one that it makes the same of. */
function resultOf(definition: Definition, { kind, task, ok }: Result): JsonObject {
  if (kind !== 'http') return { returns: ok };
  const output = outputOf(definition, task);
  if (output === 'response' && isJsonObject(ok)) {
    const { statusCode = 200, content = null, headers = {} } = ok;
    return { status: statusCode, headers, returns: content };
  }
  const text = output === 'raw' && typeof ok === 'string' ? fromBase64(ok) : ok;
  return typeof text === 'string'
    ? { headers: { 'content-type': 'text/plain' }, returns: text }
    : { returns: text };
}

function fromBase64(text: string): string {
  return Buffer.from(text, 'base64').toString();
}

/** `output` of a call of HTTP. */
function outputOf(definition: Definition, task: string): JsonValue | undefined {
  const args = taskAt(definition, task)?.['with'];
  return isJsonObject(args) ? args['output'] : undefined;
}

function failureOf({ type, status, title, detail, response }: WorkflowProblem): JsonObject {
  return {
    fails: {
      error: errorKindOf(type) ?? type,
      status,
      ...(title === undefined ? {} : { title }),
      ...(detail === undefined ? {} : { detail }),
      ...(response === undefined ? {} : { response }),
    },
  };
}

function childEnd(outcome: JsonValue): JsonObject {
  if (!isJsonObject(outcome)) return { returns: null };
  const { error, output = null } = outcome;
  return isJsonObject(error) ? failureOf(asProblem(error)) : { returns: output };
}

function eventOf(event: JsonObject, startedAt: number, at: number): JsonObject {
  const { specversion: _version, time: _time, type, source, id, subject, data, ...others } = event;
  const known = Object.entries({ type, source, id, subject, data }).filter(
    (entry): entry is [string, JsonValue] => entry[1] !== undefined,
  );
  return {
    ...Object.fromEntries(known),
    ...(Object.keys(others).length === 0 ? {} : { extensions: others }),
    ...after(startedAt, at),
  };
}

function approvalOf(decision: JsonObject, task: string): JsonObject {
  const { decision: made = 'rejected', decidedBy = 'Somebody', comment, data } = decision;
  return {
    ...{ task: pointerTokens(task).at(-1) ?? '', decision: made, by: decidedBy, times: 1 },
    ...(comment === undefined ? {} : { comment }),
    ...(data === undefined ? {} : { data }),
  };
}

/** How long after it was asked; left out where that is at once. */
function after(from: number, at: number): JsonObject {
  return at <= from ? {} : { after: durationText(at - from) };
}
