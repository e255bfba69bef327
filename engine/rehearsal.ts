import type { JsonObject, JsonValue } from '../kernel/json.ts';
import type { Definition } from './definition.ts';
import type { Task } from './dsl/document.ts';
import type { Execution, Frame, Place, TaskResult } from './execution.ts';
import { pause, type Fiber } from './fiber.ts';
import type { Host } from './host.ts';
import type { JournalEntry } from './journal.ts';
import type { Limits } from './limits.ts';
import { handOver, passMark } from './replay.ts';
import { createExecution, type RunOptions } from './run.ts';
import { Strands, type OpenOperation, type Settled } from './strands.ts';
import { executionKey, runTask } from './tasks/run-task.ts';
import { runWorkflow } from './workflow.ts';

/** The job whose journal is played, and the means for it. */
export interface RehearsedJob {
  readonly id: string;
  readonly startedAt: number;
  readonly input: JsonValue;
  readonly limits: Partial<Limits>;
  /** Those that the definition names. */
  readonly secrets: JsonObject;
}

/** What an effect or a wait is, for those who read of it. */
export type StandKind = 'EFFECT' | 'TIMER' | 'EVENT' | 'APPROVAL' | 'CHILD';

/** Where a run asks the outside for something. */
export interface Stand {
  readonly kind: StandKind;
  /** JSON pointer of the task. */
  readonly task: string;
}

/** What came of playing a journal. */
export interface Rehearsal {
  /** The entries that the run asks for, and the marks of redrives. */
  readonly kept: readonly JournalEntry[];
  /** Undefined when the run needs more than the journal holds. */
  readonly outcome: Settled | undefined;
  /** All that the run asked the outside for, by journal key. */
  readonly stands: ReadonlyMap<string, Stand>;
  /** Its events in order, each by all that tells it from another. */
  readonly story: readonly string[];
  /** The first execution of each task, by its pointer. */
  readonly firstRuns: ReadonlyMap<string, string>;
  /** All executions of tasks that have begun. */
  readonly begun: ReadonlySet<string>;
  /** The task before whose execution a strand stands still. */
  readonly held?: Task;
}

/** How a journal is played. */
export interface Playing {
  readonly entries: readonly JournalEntry[];
  /** Key of an execution of a task before which its strand stands still. */
  readonly holdAt?: string;
  /** @default one that answers nothing */
  readonly host?: Host;
  /** Told which case of a switch is taken, as the run itself tells it. */
  readonly onCase?: RunOptions['onCase'] | undefined;
  /** Told of each thing that the run asks the outside for, and when by the run's clock. */
  readonly onOpen?: (operation: OpenOperation, at: number) => void;
}

/**
 * Plays a journal without an outside, as a replay would, and leaves out the entries that the run does not ask for. With
 * `holdAt` the strand that comes to this execution of a task stands still there. It computes in one piece: whoever
 * serves others calls it on a thread that can be ended.
 */
export async function rehearse(
  definition: Definition,
  job: RehearsedJob,
  { entries, holdAt, host = absentHost(job), onCase, onOpen = () => undefined }: Playing,
): Promise<Rehearsal> {
  const story: string[] = [];
  const firstRuns = new Map<string, string>();
  const begun = new Set<string>();
  const execution = await createExecution(definition, {
    input: job.input,
    host,
    journal: { entries, append: () => Promise.resolve() },
    job,
    limits: job.limits,
    showsValues: false,
    ...(onCase !== undefined && { onCase }),
    observe: ({ key, execution: run = '', task = '' }) => {
      story.push(`${key} ${run}`);
      begun.add(run);
      if (!firstRuns.has(task)) firstRuns.set(task, run);
    },
  });
  const heldTasks: Task[] = [];
  const held =
    holdAt === undefined ? execution : { ...execution, runTask: holding(holdAt, heldTasks) };
  const strands = new Strands(runWorkflow(held, job.input), () => undefined);
  const stands = new Map<string, Stand>();
  const open = (operation: OpenOperation): void => {
    note(stands, operation);
    onOpen(operation, held.clock.now);
  };
  const kept = play(strands, { entries, open, clock: held.clock });
  const [heldTask] = heldTasks;
  const told = { outcome: strands.outcome, stands, story, firstRuns, begun };
  return { kept, ...told, ...(heldTask !== undefined && { held: heldTask }) };
}

interface Played {
  readonly entries: readonly JournalEntry[];
  readonly open: (operation: OpenOperation) => void;
  readonly clock: Execution['clock'];
}

function play(strands: Strands, { entries, open, clock }: Played): JournalEntry[] {
  const kept: JournalEntry[] = [];
  settle(strands, open);
  for (const entry of entries) {
    const { key } = entry;
    if (
      passMark(strands, clock, entry) ||
      strands.outcome !== undefined ||
      strands.isAbandoned(key)
    )
      kept.push(entry);
    else if (strands.isOpen(key)) {
      handOver(strands, clock, entry);
      kept.push(entry);
      settle(strands, open);
    }
  }
  return kept;
}

/** Steps until every strand stands. */
function settle(strands: Strands, open: Played['open']): void {
  while (strands.step());
  for (const operation of strands.takeOpened()) open(operation);
}

function note(stands: Map<string, Stand>, operation: OpenOperation): void {
  if (operation.kind === 'perform') {
    stands.set(operation.key, { kind: 'EFFECT', task: operation.task });
    return;
  }
  const { key, kind, task } = operation.wait;
  if (kind === 'cancel') return;
  stands.set(key, { kind: kindOfWait[kind], task });
}

const kindOfWait = {
  timer: 'TIMER',
  event: 'EVENT',
  approval: 'APPROVAL',
  child: 'CHILD',
} as const satisfies Record<string, StandKind>;

function holding(holdAt: string, heldTasks: Task[]) {
  return function* (place: Place, frame: Frame, rawInput: JsonValue): Fiber<TaskResult> {
    if (executionKey(frame, place) === holdAt) {
      heldTasks.push(place.task);
      const { now } = frame.execution.clock;
      yield* pause({ kind: 'timer', key: '!held', task: '', dueAt: now, setAt: now });
    }
    return yield* runTask(place, frame, rawInput);
  };
}

/** A rehearsal asks nobody: what is not journaled stays open. */
export function absentHost({ secrets, startedAt }: RehearsedJob): Host {
  const absent = (): Promise<never> => Promise.reject(new Error('a rehearsal has no outside'));
  return {
    secret: (name) => Promise.resolve(secrets[name]),
    now: () => startedAt,
    sleep: absent,
    call: absent,
    readDocument: absent,
    emit: absent,
    ask: absent,
  };
}
