import type { JsonObject, JsonValue } from '../kernel/json.ts';
import { hasUndone } from './compensation.ts';
import type { Definition } from './definition.ts';
import type { JournalEntry } from './journal.ts';
import { defaultLimits } from './limits.ts';
import { WorkflowError, type ErrorOrigin } from './problem.ts';
import {
  givenInputs,
  renewalsOf,
  redriveMarkOf,
  redrivesIn,
  type RedriveMark,
} from './redrive-mark.ts';
import {
  rehearse,
  type Rehearsal,
  type RehearsedJob,
  type Stand,
  type StandKind,
} from './rehearsal.ts';
import { checkData, type InputProblem } from './rules.ts';

/** Where an ended job begins again. */
export type RedrivePoint =
  | { readonly from: 'FAILURE' }
  | { readonly from: 'START' }
  | {
      readonly from: 'TASK';
      /** JSON pointer of a task, for its first execution, or the key of any execution. */
      readonly task: string;
      /** What that execution gets instead of what came before it. */
      readonly input?: JsonValue;
    };

/** A journaled result and what asked for it. */
export interface PlannedEntry extends Stand {
  readonly key: string;
  readonly outcome: 'SUCCEEDED' | 'FAILED';
}

/** What a redrive does to the journal. */
export interface RedrivePlan {
  readonly kept: readonly PlannedEntry[];
  /** Results that are taken away: what they are of happens anew. */
  readonly again: readonly PlannedEntry[];
  readonly warnings: readonly string[];
  readonly mark: RedriveMark;
  /** Number, from 1, of the first event that does not hold any more; absent when all hold. */
  readonly untoldFrom?: number;
  /** Keys of the approvals that are asked for as before; absent when that is all that are open. */
  readonly reopened?: readonly string[];
  /** Children, as the outside knows them, that nobody asks for any more: others are started. Absent when none. */
  readonly abandoned?: readonly string[];
  /** Why the input that was given does not fit the task that is to get it; absent when it fits. */
  readonly refused?: readonly InputProblem[];
}

/** A redrive cannot begin where it shall: the task was never reached, or what came before it is undone. */
export class TaskNotReached extends Error {
  override readonly name = 'TaskNotReached';
}

/** What is known of an ended job. */
export interface EndedJob extends RehearsedJob {
  readonly entries: readonly JournalEntry[];
  /** True when the definition itself came to its end by an error. */
  readonly hasFaulted: boolean;
}

/** Plans a redrive: nothing but the journal decides, and nothing outside is asked. */
export async function planRedrive(
  definition: Definition,
  job: EndedJob,
  point: RedrivePoint,
): Promise<RedrivePlan> {
  const { entries, hasFaulted } = job;
  if (point.from === 'START') {
    const played = hasFaulted ? await playedIfPossible(definition, job) : undefined;
    return planOf(job, { played, kept: [], untoldFrom: 1, reopened: [], warnings: [] }, true);
  }
  if (hasUndone(entries))
    throw new TaskNotReached('the job has undone what it did, so it can only begin from START');
  // A job that the platform or a caller ended stands where it stood: nothing in its journal is a reason for that.
  if (point.from === 'FAILURE' && !hasFaulted)
    return planOf(job, { played: undefined, kept: entries, warnings: [] });
  const played = await rehearse(definition, job, { entries });
  const { left, holdAt, warnings } = await cut(definition, job, { played, point });
  const untoldFrom = firstDifference(played.story, left.story);
  const outline: Outline = {
    ...{ played, kept: left.kept, untoldFrom, warnings, reopened: approvalsIn(left) },
    inputs: stillGiven(job, left),
  };
  if (point.from !== 'TASK' || point.input === undefined || holdAt === undefined)
    return planOf(job, outline);
  const { input } = point;
  const inputs = { ...outline.inputs, [holdAt]: input };
  const askedAnew = unanswered(played, left);
  const renewals = renewalsOf(entries);
  const children = askedAnew.filter((key) => played.stands.get(key)?.kind === 'CHILD');
  return {
    ...planOf(job, { ...outline, inputs, askedAnew }),
    ...(children.length > 0 && { abandoned: children.map((key) => renewals.outsideKey(key)) }),
    ...refusal(input, left, job),
  };
}

/** Inputs that executions have got which stay; what is to begin anew gets what comes before it. */
function stillGiven({ entries }: EndedJob, { begun }: Rehearsal): JsonObject {
  return Object.fromEntries([...givenInputs(entries)].filter(([key]) => begun.has(key)));
}

/** What was asked for behind the cut and has no result: asked with other data, it is something else. */
function unanswered(played: Rehearsal, left: Rehearsal): readonly string[] {
  return [...played.stands.keys()].filter((key) => !left.stands.has(key));
}

function refusal(
  input: JsonValue,
  { held }: Rehearsal,
  { limits }: EndedJob,
): Pick<RedrivePlan, 'refused'> {
  const schema = held?.input?.schema?.document ?? true;
  const refused = checkData(schema, input, { ...defaultLimits, ...limits });
  return refused.length === 0 ? {} : { refused };
}

/** Approvals that the run asks for and has no answer to. */
function approvalsIn({ stands, kept }: Rehearsal): readonly string[] {
  const answered = new Set(kept.map(({ key }) => key));
  return [...stands]
    .filter(([key, { kind }]) => kind === 'APPROVAL' && !answered.has(key))
    .map(([key]) => key);
}

/** To start from the beginning is possible whatever the journal and the definition do. */
async function playedIfPossible(
  definition: Definition,
  job: EndedJob,
): Promise<Rehearsal | undefined> {
  return await rehearse(definition, job, { entries: job.entries }).catch(() => undefined);
}

interface Cut {
  readonly left: Rehearsal;
  readonly holdAt?: string;
  readonly warnings: readonly string[];
}

/** Takes away what led to an error until what is left leads to none. */
async function cut(
  definition: Definition,
  job: EndedJob,
  { played, point }: { readonly played: Rehearsal; readonly point: RedrivePoint },
): Promise<Cut> {
  const warnings: string[] = [];
  const hold = point.from === 'TASK' ? { holdAt: executionOf(played, point.task) } : {};
  let left =
    point.from === 'TASK'
      ? await rehearse(definition, job, { ...hold, entries: played.kept })
      : played;
  for (;;) {
    const origins = originsOf(left);
    const entries = left.kept.filter(({ key }) => !origins.some((origin) => covers(origin, key)));
    if (entries.length === left.kept.length) break;
    warnings.push(...origins.flatMap((origin) => warningOf(origin, left.kept)));
    left = await rehearse(definition, job, { ...hold, entries });
  }
  if (left.outcome !== undefined && 'error' in left.outcome) warnings.push(deterministic);
  return { left, ...hold, warnings };
}

const deterministic =
  'the definition itself raises the error from results that are kept, and will raise it again; start from a task or from START';

function executionOf({ firstRuns, begun }: Rehearsal, task: string): string {
  const key = firstRuns.get(task) ?? (begun.has(task) ? task : undefined);
  if (key === undefined) throw new TaskNotReached(`the job has not come to ${task}`);
  return key;
}

/** Where the error came from that the run ended with. */
function originsOf({ outcome, kept }: Rehearsal): readonly ErrorOrigin[] {
  if (outcome === undefined || !('error' in outcome)) return [];
  if (!(outcome.error instanceof WorkflowError)) return [];
  return outcome.error.origins.flatMap((origin) => resolved(origin, kept));
}

/** A handler that has done nothing outside leaves the cause where it was. */
function resolved(origin: ErrorOrigin, kept: readonly JournalEntry[]): readonly ErrorOrigin[] {
  if (origin.kind !== 'handler') return [origin];
  const { key, caught } = origin;
  return kept.some((entry) => entry.key.startsWith(`${key}/catch/do/`))
    ? [{ kind: 'try', key }]
    : caught.flatMap((cause) => resolved(cause, kept));
}

function covers(origin: ErrorOrigin, key: string): boolean {
  if (origin.kind === 'entry') return key === origin.key;
  return ['@', '/', '!retry@', '!attempt@'].some((next) => key.startsWith(origin.key + next));
}

function warningOf(origin: ErrorOrigin, kept: readonly JournalEntry[]): readonly string[] {
  if (origin.kind === 'entry') return [];
  const undone = kept.filter(({ key }) => key.startsWith(`${origin.key}/catch/do/`)).length;
  if (undone === 0) return [];
  return [
    `${origin.key} is done again from its beginning: its handler has done ${String(undone)} things on the failure, which are taken for a compensation`,
  ];
}

interface Outline {
  readonly played: Rehearsal | undefined;
  readonly kept: readonly JournalEntry[];
  readonly warnings: readonly string[];
  readonly untoldFrom?: number;
  readonly reopened?: readonly string[];
  /** Those of the mark. @default those that the journal tells of */
  readonly inputs?: JsonObject;
  /** Keys without a result that become others. @default none */
  readonly askedAnew?: readonly string[];
}

function planOf(
  { entries }: EndedJob,
  { played, kept, warnings, inputs, askedAnew = [], ...events }: Outline,
  isFromStart = false,
): RedrivePlan {
  const isKept = new Set(kept.map(({ key }) => key));
  const planned = (wanted: boolean): PlannedEntry[] =>
    entries
      .filter((entry) => redriveMarkOf(entry) === undefined && isKept.has(entry.key) === wanted)
      .map((entry) => plannedEntry(entry, played));
  const again = planned(false);
  return {
    kept: planned(true),
    again,
    warnings: [...warnings, ...repetitions(again)],
    mark: {
      number: redrivesIn(entries) + 1,
      renewed: isFromStart || [...new Set([...again.map(({ key }) => key), ...askedAnew])],
      ...(!isFromStart && { inputs: inputs ?? Object.fromEntries(givenInputs(entries)) }),
    },
    ...reopening(events, again),
  };
}

/** What was decided already is asked as something new. */
function reopening(
  { reopened, ...events }: Pick<Outline, 'reopened' | 'untoldFrom'>,
  again: readonly PlannedEntry[],
): Pick<Outline, 'reopened' | 'untoldFrom'> {
  if (reopened === undefined) return events;
  const isNew = new Set(again.map(({ key }) => key));
  return { ...events, reopened: reopened.filter((key) => !isNew.has(key)) };
}

function plannedEntry({ key, value }: JournalEntry, played: Rehearsal | undefined): PlannedEntry {
  const stand = played?.stands.get(key) ?? standOf(key);
  return { key, ...stand, outcome: 'ok' in value ? 'SUCCEEDED' : 'FAILED' };
}

/** What a key alone tells, where a journal is not played. */
function standOf(key: string): Stand {
  const [, mark = ''] = /!([a-z]+)(?:@\d+)?$/.exec(key) ?? [];
  const task = key.replace(/![^/]*$/, '').replaceAll(/[@+]\d+(?=\/|$)/g, '');
  return { kind: kindOfMark[mark] ?? 'EFFECT', task };
}

const kindOfMark: Readonly<Record<string, StandKind | undefined>> = {
  ...{ retry: 'TIMER', attempt: 'TIMER', timeout: 'TIMER', due: 'TIMER' },
  event: 'EVENT',
};

const maxNamed = 10;

function repetitions(again: readonly PlannedEntry[]): readonly string[] {
  const repeated = again.filter(
    ({ kind, outcome }) => outcome === 'SUCCEEDED' && (kind === 'EFFECT' || kind === 'CHILD'),
  );
  if (repeated.length === 0) return [];
  const named = repeated.slice(0, maxNamed).map(({ key }) => key);
  const more = repeated.length > maxNamed ? [`${String(repeated.length - maxNamed)} more`] : [];
  return [
    `what succeeded happens again, under new idempotency keys: ${[...named, ...more].join(', ')}`,
  ];
}

/** Place, from 1, of the first event in which two stories differ. */
function firstDifference(before: readonly string[], after: readonly string[]): number {
  const at = before.findIndex((event, index) => event !== after[index]);
  return (at < 0 ? before.length : at) + 1;
}
