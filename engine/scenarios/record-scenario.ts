import type { JsonObject } from '../../kernel/json.ts';
import { canonicalText } from '../canonical-text.ts';
import type { Definition } from '../definition.ts';
import type { CallRequest, EffectContext, Host } from '../host.ts';
import type { JournalEntry } from '../journal.ts';
import { errorKindOf, WorkflowError, workflowError } from '../problem.ts';
import { givenInputs } from '../redrive-mark.ts';
import {
  absentHost,
  type Playing,
  rehearse,
  type Rehearsal,
  type RehearsedJob,
} from '../rehearsal.ts';
import type { OpenOperation } from '../strands.ts';
import { hangingCall, recordedAnswer, type Asked, type Stated } from './recorded-answers.ts';
import { sentCall } from './sent-call.ts';

/** A job with its journal. */
export interface RecordedJob extends RehearsedJob {
  readonly entries: readonly JournalEntry[];
}

/** What is wanted of a recording. */
interface Recording {
  readonly name: string;
  /** Told which case of a switch the job took. */
  readonly onCase?: Playing['onCase'];
}

/**
 * A job as a scenario that goes the same way: its input, what the outside answered to which call and how late, events and
 * decisions, and what came of it. It is plain data, for a file of scenarios. Secrets stand in it as their names. It plays
 * the journal in one piece: whoever serves others calls it on a thread that can be ended.
 */
export async function recordScenario(
  definition: Definition,
  job: RecordedJob,
  { name, onCase }: Recording,
): Promise<JsonObject> {
  const [given] = givenInputs(job.entries).keys();
  if (given !== undefined)
    throw workflowError(
      'runtime',
      `the job was redriven with another input for ${given}, which no scenario can tell`,
    );
  const asked = new Map<string, Asked>();
  const starts: Promise<unknown>[] = [];
  const { signal } = new AbortController();
  const { outcome } = await rehearse(definition, job, {
    entries: job.entries,
    host: listeningHost(job, asked),
    onCase,
    onOpen(operation, at) {
      asked.set(keyOf(operation), askedBy(operation, at));
      // What an effect sends is learned by starting it; nobody answers it.
      if (operation.kind === 'perform') starts.push(operation.start(signal).catch(() => undefined));
    },
  });
  await Promise.all(starts);
  return scenarioOf({ definition, job, name, outcome, asked });
}

function keyOf(operation: OpenOperation): string {
  return operation.kind === 'perform' ? operation.key : operation.wait.key;
}

function askedBy(operation: OpenOperation, at: number): Asked {
  return operation.kind === 'perform'
    ? { at, task: operation.task }
    : { at, task: operation.wait.task, wait: operation.wait };
}

/** One for all: a stack for each call was a tenth of a backtest. */
const noOutside = new Error('a recording has no outside');

/** Hears what is sent, and answers nothing. */
function listeningHost(job: RehearsedJob, asked: Map<string, Asked>): Host {
  const hear = ({ key, task }: EffectContext, about: Partial<Asked>): void => {
    asked.set(key, { at: job.startedAt, task, ...asked.get(key), ...about });
  };
  return {
    ...absentHost(job),
    call(request: CallRequest, effect: EffectContext) {
      if (request.kind === 'authorization')
        return Promise.resolve({ scheme: 'Bearer', parameter: 'of-the-scenario' });
      hear(effect, { call: sentCall(request, effect) });
      return Promise.reject(noOutside);
    },
    emit(event, effect) {
      hear(effect, { event });
      return Promise.resolve();
    },
  };
}

interface Recorded {
  readonly definition: Definition;
  readonly job: RecordedJob;
  readonly name: string;
  readonly outcome: Rehearsal['outcome'];
  readonly asked: ReadonlyMap<string, Asked>;
}

function scenarioOf({ definition, job, name, outcome, asked }: Recorded): JsonObject {
  const answers = job.entries.flatMap(({ key, value }) => {
    const about = asked.get(key);
    return about === undefined ? [] : [recordedAnswer(definition, { about, value, job })];
  });
  const secrets = definition.document.use?.secrets ?? [];
  const stated = (what: keyof Stated): readonly JsonObject[] =>
    answers.map((answer) => answer[what]).filter((each) => each !== undefined);
  const answered = new Set(job.entries.map(({ key }) => key));
  const hanging = [...asked].flatMap(([key, { call }]) =>
    call === undefined || answered.has(key) ? [] : [hangingCall(call)],
  );
  const listed = {
    calls: [...stated('call'), ...hanging],
    events: stated('event'),
    approvals: stated('approval'),
  };
  const filled = Object.entries(listed).filter(([, items]) => items.length > 0);
  return {
    name,
    job: job.id,
    at: new Date(job.startedAt).toISOString(),
    input: job.input,
    ...(secrets.length === 0
      ? {}
      : { secrets: Object.fromEntries(secrets.map((one) => [one, one])) }),
    ...Object.fromEntries(filled),
    expect: expectationOf(outcome, stated('emit')),
  };
}

function expectationOf(outcome: Rehearsal['outcome'], emits: readonly JsonObject[]): JsonObject {
  const emitted = emits.length === 0 ? {} : { emits: counted(emits) };
  if (outcome === undefined) return { state: 'waiting', ...emitted };
  if ('ok' in outcome) return { output: outcome.ok, ...emitted };
  const { error } = outcome;
  if (!(error instanceof WorkflowError)) return { state: 'faulted', ...emitted };
  const { type, status } = error.problem;
  return { error: { type: errorKindOf(type) ?? type, status }, ...emitted };
}

/** Equal events once, with how often they were sent. */
function counted(emits: readonly JsonObject[]): readonly JsonObject[] {
  const times = new Map<string, { readonly emit: JsonObject; count: number }>();
  for (const emit of emits) {
    const key = canonicalText(emit);
    const known = times.get(key) ?? { emit, count: 0 };
    times.set(key, { ...known, count: known.count + 1 });
  }
  return [...times.values()].map(({ emit, count }) => ({ ...emit, times: count }));
}
