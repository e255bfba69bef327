import type { JsonObject, JsonValue } from '../kernel/json.ts';
import type { Turns } from '../kernel/turns.ts';
import type { Definition } from './definition.ts';
import type { Task, TaskList } from './dsl/document.ts';
import type { Scope } from './expressions.ts';
import type { Compute } from './compute.ts';
import type { Fiber } from './fiber.ts';
import { idempotencyKeyOf } from './idempotency-key.ts';
import type { EffectContext, EventRef, Host } from './host.ts';
import { isoTime } from './iso-time.ts';
import type { LifecycleEvent, LifecycleType } from './lifecycle.ts';
import type { Limits } from './limits.ts';
import type { WorkflowProblem } from './problem.ts';
import type { Renewals } from './redrive-mark.ts';
import type { RunClock } from './replay.ts';
import type { Undoable } from './undoable.ts';

/** What all tasks of one run share. */
export interface Execution {
  readonly definition: Definition;
  readonly host: Host;
  readonly limits: Limits;
  readonly turns: Turns;
  readonly compute: Compute;
  readonly job: { readonly id: string; readonly startedAt: number };
  /** Qualified name of the run in its events. */
  readonly name: string;
  readonly clock: RunClock;
  readonly renewals: Renewals;
  /** What executions of tasks get instead of what came before them: given with a redrive. */
  readonly givenInputs: ReadonlyMap<string, JsonValue>;
  readonly secrets: JsonObject;
  /** `$workflow` and `$runtime`. */
  readonly workflow: JsonObject;
  readonly runtime: JsonObject;
  /** `$context`: global to the run, replaced by `export`. */
  context: JsonValue;
  /** Events that listen tasks have consumed, the newest last; the oldest are forgotten beyond `maxConsumed`. */
  readonly consumed: EventRef[];
  /** Completed tasks that are undone if the run does not end well, the last at the end. */
  readonly undoable: Undoable[];
  /** Task executions so far. */
  tasks: number;
  /** Told which case of a switch is taken. */
  readonly onCase: ((task: string, index: number) => void) | undefined;
  /** Told when an execution of a task begins and how it ends. */
  readonly onTask: ((turn: TaskTurn) => void) | undefined;
  publish(type: LifecycleType, about: EventParticulars): void;
  /** The interpreter itself, so that tasks which hold tasks need not import it. */
  readonly runList: (list: TaskList, frame: Frame, input: JsonValue) => Fiber<ListResult>;
  readonly runTask: (place: Place, frame: Frame, rawInput: JsonValue) => Fiber<TaskResult>;
}

/** How an execution of a task ended. */
export type TaskEnd =
  | { readonly output: JsonValue }
  | { readonly error: WorkflowProblem }
  /** Its `if` was false. */
  | { readonly isLeftOut: true }
  /** Another branch, a timeout or the end of the workflow ended it. */
  | { readonly isBrokenOff: true };

/** That an execution of a task begins, or with `end` is over, and what holds then. Values are whole, without redaction. */
export interface TaskTurn {
  /** Path of the execution, see `Frame.key`; unique in a job. */
  readonly key: string;
  readonly reference: string;
  readonly name: string;
  readonly task: Task;
  /** The run's clock, epoch milliseconds. */
  readonly at: number;
  readonly input: JsonValue;
  /** `$context`. */
  readonly context: JsonValue;
  /** Variables of `for`, `foreach` and `catch`. */
  readonly variables: Readonly<Record<string, JsonValue>>;
  readonly end?: TaskEnd;
}

export type EventParticulars = Partial<
  Pick<LifecycleEvent, 'execution' | 'task' | 'name' | 'kind' | 'input' | 'output'>
> & {
  readonly data: JsonObject;
};

/** Where a list of tasks runs. */
export interface Frame {
  readonly execution: Execution;
  /** Unique execution path of the list, e.g. `/do/2/loop@3/do`. */
  readonly key: string;
  /** The same, but a try that may repeat effects of an earlier one has the number of that. */
  readonly peerKey: string;
  /** JSON pointer of the list, e.g. `/do/2/loop/do`. */
  readonly reference: string;
  /** Inside a function every task answers to the pointer of the call. */
  readonly isInFunction: boolean;
  /** Extensions do not extend the tasks of extensions. */
  readonly isInExtension: boolean;
  /** Names of the functions being called, outermost first. */
  readonly functions: readonly string[];
  /** Variables of `for`, `foreach` and `catch`. */
  readonly variables: Readonly<Record<string, JsonValue>>;
  readonly depth: number;
  /** True where a timeout of a task, or of an attempt, ends what runs here. */
  readonly isTimed: boolean;
}

/** A task in its list. */
export interface Place {
  readonly name: string;
  readonly task: Task;
  /** Pointer tokens under the frame, e.g. `2/post`. */
  readonly path: string;
  /** Distinguishes visits when a jump comes back, e.g. `+1`; empty at the first. */
  readonly visit?: string;
}

/** One execution of a task. */
export interface Step<T extends Task = Task> {
  readonly frame: Frame;
  readonly execution: Execution;
  readonly name: string;
  readonly task: T;
  readonly key: string;
  /** See `Frame.peerKey`. */
  readonly peerKey: string;
  readonly reference: string;
  readonly rawInput: JsonValue;
  /** The transformed input: `$input` and `.` of the task's own definition. */
  readonly input: JsonValue;
  readonly startedAt: number;
  /** `$task`. */
  readonly descriptor: JsonObject;
  /** `$authorization`: set by calls that authenticate. */
  authorization: JsonValue;
}

/** Transformed output of a task and where its author wants to go on. JSON, so that strands can hand it over. */
export type TaskResult = { readonly output: JsonValue; readonly then?: string };

/** Output of a list; `hasExited` when a task left it by `exit`. */
export type ListResult = { readonly output: JsonValue; readonly hasExited: boolean };

/** What the body of a task comes to: its raw output, and the directive of a `switch` or a `catch`. */
export type TaskBody<T extends Task> = (step: Step<T>) => Fiber<TaskResult>;

/** Thrown by `then: end`: completes the whole workflow from any depth with this output. Nothing catches it. */
export class WorkflowEnd extends Error {
  override readonly name = 'WorkflowEnd';
  readonly output: JsonValue;

  constructor(output: JsonValue) {
    super('the workflow ends here');
    this.output = output;
  }
}

interface Inside {
  /** Path from the task to the list, e.g. `do` or `catch/do`. */
  readonly path: string;
  /** Iteration or attempt, when the list runs more than once. */
  readonly round?: number;
  /** Of an attempt: the first one whose effects it may repeat. @default `round` */
  readonly peerRound?: number;
  readonly variables?: Readonly<Record<string, JsonValue>>;
}

/** The frame of a list that a task holds. */
export function frameInside(step: Step, inside: Inside): Frame {
  const { path, round, peerRound = round } = inside;
  return {
    ...step.frame,
    key: `${step.key}${roundText(round)}/${path}`,
    peerKey: `${step.peerKey}${roundText(peerRound)}/${path}`,
    reference: step.frame.isInFunction ? step.reference : `${step.reference}/${path}`,
    variables: { ...step.frame.variables, ...inside.variables },
    depth: step.frame.depth + 1,
    isTimed: isTimed(step),
  };
}

function roundText(round: number | undefined): string {
  return round === undefined ? '' : `@${String(round)}`;
}

/** What an expression of the task's own definition sees. */
export function definitionScope(
  step: Step,
  dot: JsonValue = step.input,
  more: Readonly<Record<string, JsonValue>> = {},
): Scope {
  const variables = {
    ...commonVariables(step),
    input: step.input,
    authorization: step.authorization,
  };
  return scopeIn(step.execution, dot, { ...variables, ...more });
}

/** What `if` and `input.from` see: no `$input` yet. */
export function rawScope(step: Step): Scope {
  return scopeIn(step.execution, step.rawInput, commonVariables(step));
}

/** A scope of a run, which pays for what is evaluated in it. */
export function scopeIn(
  { clock, compute }: Execution,
  dot: JsonValue,
  variables: Readonly<Record<string, JsonValue>>,
): Scope {
  return { dot, variables, now: clock.now, compute };
}

function commonVariables(step: Step): Record<string, JsonValue> {
  const { execution, frame } = step;
  return {
    context: execution.context,
    secrets: execution.secrets,
    workflow: execution.workflow,
    runtime: execution.runtime,
    task: step.descriptor,
    ...frame.variables,
  };
}

/** `$task`, which is the same in all expressions of one execution. */
export function describeTask(
  step: Omit<Step, 'descriptor' | 'frame' | 'input' | 'authorization'>,
): JsonObject {
  return {
    name: step.name,
    reference: step.reference,
    definition: step.task,
    input: step.rawInput,
    startedAt: dateTime(step.startedAt),
    idempotencyKey: peerKeyOf(step),
  };
}

/** A moment in the three spellings of the DSL. */
export function dateTime(milliseconds: number): JsonObject {
  return {
    iso8601: isoTime(milliseconds),
    epoch: { seconds: Math.floor(milliseconds / 1_000), milliseconds },
  };
}

/** The idempotency key of what the step does outside, as outside systems get it. */
export function peerKeyOf({
  execution: { job, renewals },
  key,
  peerKey,
}: Pick<Step, 'execution' | 'key' | 'peerKey'>): string {
  return idempotencyKeyOf(job.id, `${peerKey}${renewals.suffixOf(key)}`);
}

/** The context that a host gets with an effect of this step. */
export function effectOf(step: Step, key: string, signal: AbortSignal): EffectContext {
  const effect = { key, task: step.reference, signal, isTimed: isTimed(step) };
  const known = effectIn(step.execution, effect);
  return key === step.key ? { ...known, peerKey: peerKeyOf(step) } : known;
}

/** True where the author has bounded the time of a task. */
export function isTimed({ task, frame }: Pick<Step, 'task' | 'frame'>): boolean {
  return frame.isTimed || task.timeout !== undefined;
}

/** The same for an effect that belongs to no step. */
export function effectIn(
  { job, renewals }: Pick<Execution, 'job' | 'renewals'>,
  {
    isTimed = false,
    ...effect
  }: Pick<EffectContext, 'key' | 'task' | 'signal'> & Partial<Pick<EffectContext, 'isTimed'>>,
): EffectContext {
  const outsideKey = renewals.outsideKey(effect.key);
  return {
    ...{ ...effect, isTimed, outsideKey },
    idempotencyKey: `${job.id}:${outsideKey}`,
    peerKey: idempotencyKeyOf(job.id, outsideKey),
  };
}
