import { isDeepStrictEqual } from 'node:util';
import type { JsonObject, JsonValue } from '../kernel/json.ts';
import { roughSize } from '../kernel/rough-size.ts';
import { createTurns, type Turns } from '../kernel/turns.ts';
import { RunCancelled } from './compensation.ts';
import { createCompute, type Compute } from './compute.ts';
import { isoTime } from './iso-time.ts';
import type { Definition } from './definition.ts';
import { createDrive, type Drive, type DriveEnd } from './driver.ts';
import { dateTime, effectIn, type Execution, type TaskTurn } from './execution.ts';
import type { Host, Wait } from './host.ts';
import { publisher, qualifiedName } from './lifecycle.ts';
import { defaultLimits, type Limits } from './limits.ts';
import { workflowError, WorkflowError, type WorkflowProblem } from './problem.ts';
import { redact } from './redact.ts';
import { givenInputs, renewalsOf } from './redrive-mark.ts';
import { createSeat, type Seat, type Surroundings } from './seat.ts';
import { runList } from './tasks/run-list.ts';
import { runTask } from './tasks/run-task.ts';
import { runWorkflow } from './workflow.ts';

export interface RunOptions extends Surroundings {
  readonly input: JsonValue;
  /** `startedAt`: when the first run began, epoch milliseconds; the same on every replay. */
  readonly job: { readonly id: string; readonly startedAt: number };
  readonly limits?: Partial<Limits>;
  /** Shared with the other runs of the thread. @default one of its own */
  readonly turns?: Turns;
  /** @default the compute steps of `limits` */
  readonly compute?: Compute;
  /** `$runtime`. */
  readonly runtime?: {
    readonly name: string;
    readonly version: string;
    readonly metadata?: JsonObject;
  };
  /** Told which case of a switch is taken: the pointer of the task and the index of the case. */
  readonly onCase?: (task: string, index: number) => void;
  /** Whether events show values; who looks at none of them saves the showing. @default true */
  readonly showsValues?: boolean;
  /** Told when each execution of a task begins and how it ends. */
  readonly onTask?: (turn: TaskTurn) => void;
}

export type Outcome =
  | { readonly state: 'completed'; readonly output: JsonValue }
  | { readonly state: 'faulted'; readonly error: WorkflowProblem }
  | { readonly state: 'cancelled' }
  | {
      readonly state: 'waiting';
      /** When the earliest timer is due, epoch milliseconds; absent when only others can wake the job. */
      readonly wakeAt?: number;
      /** Everything that stands open; run again when a timer is due or a wait is answered. */
      readonly waits: readonly Wait[];
    };

/** Abort reason that ends a job as cancelled. */
export class JobCancelled extends Error {
  override readonly name = 'JobCancelled';

  constructor() {
    super('the job is cancelled');
  }
}

/** How far a run has come. */
export interface Progress {
  readonly outcome: Outcome;
  /** Where it waits: the run itself, to go on without a replay. */
  readonly parked?: ParkedRun;
}

/** A run that stands still. It is worth nothing as soon as the job has been moved on from its journal. */
export interface ParkedRun {
  /** About what it holds in memory. */
  readonly bytes: number;
  /** True from when it has to go on elsewhere, see `Compute`. */
  readonly isOver: boolean;
  /** Runs on, once; undefined when only a replay can: what it computed with has changed meanwhile. */
  goOn(surroundings: Surroundings): Promise<Progress | undefined>;
}

/**
 * Runs a definition from its journal as far as it goes. Rejects, without an outcome, when the journal cannot be
 * written, the host fails otherwise than by a `WorkflowError`, the signal stops the run, or with `RunTooHeavy`.
 */
export async function runDefinition(definition: Definition, options: RunOptions): Promise<Outcome> {
  const { outcome } = await startRun(definition, options);
  return outcome;
}

/** The same, for who can keep the run while it waits. */
export async function startRun(definition: Definition, options: RunOptions): Promise<Progress> {
  const seat = createSeat(options);
  const execution = await createExecution(definition, {
    ...options,
    host: seat.host,
    observe: seat.observe,
  });
  const drive = createDrive(runWorkflow(execution, options.input), {
    seat,
    limits: execution.limits,
    effectOf: (effect) => effectIn(execution, effect),
    clock: execution.clock,
    compute: execution.compute,
    turns: execution.turns,
    isCancellation: (reason) => reason instanceof JobCancelled,
  });
  const run = { execution, drive, seat };
  return progressOf(run, await outcomeOf(execution, () => drive.begin()));
}

interface Driven {
  readonly execution: Execution;
  readonly drive: Drive;
  readonly seat: Seat;
}

function progressOf(run: Driven, outcome: Outcome, inputBytes?: number): Progress {
  if (outcome.state !== 'waiting') return { outcome };
  const { workflow } = run.execution;
  return {
    outcome,
    parked: parkedRun(run, inputBytes ?? roughSize(workflow['input'], largestCounted)),
  };
}

/** Of a run beside what its journal and its context hold. */
const bytesPerRun = 16_384;
/** Results are held by the journal and again in what was made of them. */
const copiesOfResults = 3;
/** Where counting ends, bytes: what is larger is large. */
const largestCounted = 4_194_304;

function parkedRun(run: Driven, inputBytes: number): ParkedRun {
  const { execution, drive, seat } = run;
  return {
    bytes:
      bytesPerRun +
      inputBytes +
      copiesOfResults * drive.journalBytes +
      roughSize(execution.context, largestCounted),
    get isOver() {
      return execution.compute.isOver;
    },
    async goOn(surroundings) {
      seat.take(surroundings);
      const secrets = await readSecrets(execution.definition, seat.host);
      if (!isDeepStrictEqual(secrets, execution.secrets)) return undefined;
      execution.compute.renew();
      const outcome = await outcomeOf(execution, () => drive.goOn());
      return progressOf(run, outcome, inputBytes);
    },
  };
}

async function outcomeOf(execution: Execution, run: () => Promise<DriveEnd>): Promise<Outcome> {
  const endings = workflowEvents(execution);
  try {
    return endedAs(await run(), execution, endings);
  } catch (error) {
    if (!(error instanceof WorkflowError)) throw error;
    return endings.faulted(redact(error.problem, execution.secrets));
  }
}

/** The state that a run begins with. */
export async function createExecution(
  definition: Definition,
  options: Omit<RunOptions, 'signal'>,
): Promise<Execution> {
  const { host, job, input, observe, journal } = options;
  const clock = { now: job.startedAt, idle: 0 };
  const limits = { ...defaultLimits, ...options.limits };
  const compute = options.compute ?? createCompute({ limit: limits.computeSteps });
  const secrets = await readSecrets(definition, host);
  return {
    definition,
    host,
    limits,
    turns: options.turns ?? createTurns(),
    compute,
    job,
    name: qualifiedName(definition.document.document, job.id),
    clock,
    renewals: renewalsOf(journal.entries),
    givenInputs: givenInputs(journal.entries),
    secrets,
    workflow: {
      id: job.id,
      definition: definition.document,
      input,
      startedAt: dateTime(job.startedAt),
    },
    runtime: { name: 'operandi', version: '0.1.0', metadata: {}, ...options.runtime },
    context: {},
    consumed: [],
    undoable: [],
    tasks: 0,
    onCase: options.onCase,
    onTask: options.onTask,
    publish: publisher(clock, unlessOver(compute, observe), {
      ...{ secrets, showsValues: options.showsValues ?? true },
    }),
    runList,
    runTask,
  };
}

/** A run that goes on elsewhere tells there what happens to its tasks. */
function unlessOver(compute: Compute, observe: RunOptions['observe']): RunOptions['observe'] {
  return (event) => {
    if (!compute.isOver) observe(event);
  };
}

/** Read before the run, so that expressions find them without waiting; never journaled. */
export async function readSecrets(
  definition: Definition,
  host: Pick<Host, 'secret'>,
): Promise<JsonObject> {
  const names = definition.document.use?.secrets ?? [];
  const values = await Promise.all(
    names.map(async (name) => [name, await host.secret(name)] as const),
  );
  return Object.fromEntries(
    values.filter((entry): entry is readonly [string, JsonValue] => entry[1] !== undefined),
  );
}

interface Endings {
  completed(output: JsonValue): Outcome;
  faulted(error: WorkflowProblem): Outcome;
  cancelled(): Outcome;
}

function workflowEvents(execution: Execution): Endings {
  const data = (field: string, more: JsonObject = {}): JsonObject => ({
    name: execution.name,
    [field]: isoTime(execution.clock.now),
    ...more,
  });
  return {
    completed(output) {
      execution.publish('workflow.completed.v1', { data: data('completedAt'), output });
      return { state: 'completed', output };
    },
    faulted(error) {
      execution.publish('workflow.faulted.v1', { data: data('faultedAt', { error }) });
      return { state: 'faulted', error };
    },
    cancelled() {
      execution.publish('workflow.cancelled.v1', { data: data('cancelledAt') });
      return { state: 'cancelled' };
    },
  };
}

function endedAs(end: DriveEnd, execution: Execution, endings: Endings): Outcome {
  switch (end.kind) {
    case 'parked': {
      const { waits, wakeAt } = end;
      return wakeAt === undefined
        ? { state: 'waiting', waits }
        : { state: 'waiting', wakeAt, waits };
    }
    case 'cancelled':
      return endings.cancelled();
    case 'settled':
      if ('ok' in end.settled) return endings.completed(end.settled.ok);
      if (end.settled.error instanceof RunCancelled) return endings.cancelled();
      return endings.faulted(redact(problemOf(end.settled.error), execution.secrets));
  }
}

/** Anything but a workflow error is a defect of the interpreter or the end of the stack: it must not pass as an outcome. */
function problemOf(error: unknown): WorkflowProblem {
  if (error instanceof WorkflowError) return error.problem;
  if (error instanceof RangeError)
    return workflowError('runtime', 'the definition or its data is nested too deeply').problem;
  throw error;
}
