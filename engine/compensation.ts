import { isJsonObject, type JsonValue } from '../kernel/json.ts';
import type { RetryModel, Task, WorkflowDocument } from './dsl/document.ts';
import { listsOf, tasksOf } from './dsl/lint/places.ts';
import type { Execution, Frame, Step } from './execution.ts';
import { gather, pause, type Fiber } from './fiber.ts';
import { isoTime } from './iso-time.ts';
import type { JournalEntry } from './journal.ts';
import { WorkflowError } from './problem.ts';
import type { CompensationModel, Undoable } from './undoable.ts';

/** Thrown at the end of a run that somebody has cancelled, when what it did is undone. */
export class RunCancelled extends Error {
  override readonly name = 'RunCancelled';

  constructor() {
    super('the job is cancelled');
  }
}

/** Key of the wait, and of the journal entry, by which a run that can undo something is cancelled. */
export const cancelKey = '!cancel';
const undoKey = '!undo@';

const compensable = new WeakMap<WorkflowDocument, boolean>();

/** Reads `metadata.compensate` of a task: a name, or `{function, retry}`; undefined when there is none. */
export function compensationOf({ metadata }: Task): CompensationModel | undefined {
  const model = metadata?.['compensate'];
  if (typeof model === 'string') return { function: model };
  if (!isJsonObject(model) || typeof model['function'] !== 'string') return undefined;
  const { function: name, retry } = model;
  if (typeof retry === 'string') return { function: name, retry };
  // Its shape is looked at when the definition is published.
  return isJsonObject(retry) ? { function: name, retry: retry as RetryModel } : { function: name };
}

/** True for a journal whose run was cancelled, or has begun to undo: it can only begin from the start. */
export function hasUndone(entries: readonly JournalEntry[]): boolean {
  return entries.some(({ key }) => key === cancelKey || key.startsWith(undoKey));
}

/** Notes that a task has completed, if it can be undone. */
export function noteCompletion(
  { execution, task, name, reference, input }: Step,
  output: JsonValue,
): void {
  const model = compensationOf(task);
  if (model !== undefined) execution.undoable.push({ ...model, name, reference, input, output });
}

/** The body of a run; when it faults or somebody cancels it, what has completed is undone, the last first. */
export function* undoneUnlessWell(execution: Execution, body: Fiber<JsonValue>): Fiber<JsonValue> {
  if (!isCompensable(execution.definition.document)) return yield* body;
  try {
    const cancelled = pause({ kind: 'cancel', key: cancelKey, task: '' });
    const [winner, answer = null] = yield* gather('race', [cancelled, body]);
    if (winner === 1) return answer;
  } catch (error) {
    if (error instanceof WorkflowError) yield* undoAll(execution);
    throw error;
  }
  yield* undoAll(execution);
  throw new RunCancelled();
}

function isCompensable(document: WorkflowDocument): boolean {
  const known = compensable.get(document);
  if (known !== undefined) return known;
  const found = tasksOf(listsOf(document)).some(({ task }) => compensationOf(task) !== undefined);
  compensable.set(document, found);
  return found;
}

/** Each once, as its results are journaled like all others. One that fails is on record as its step, and the others go on. */
function* undoAll(execution: Execution): Fiber<undefined> {
  const undoable = execution.undoable.splice(0).toReversed();
  if (undoable.length === 0) return;
  const updatedAt = isoTime(execution.clock.now);
  const data = { name: execution.name, updatedAt, status: 'compensating' };
  execution.publish('workflow.status-changed.v1', { data });
  // What made the run fail must not be what keeps it from being undone.
  execution.tasks = 0;
  execution.compute.renew();
  for (const [index, done] of undoable.entries()) {
    try {
      yield* undo(execution, done, `${undoKey}${String(index)}`);
    } catch (error) {
      if (!(error instanceof WorkflowError)) throw error;
    }
  }
}

function* undo(execution: Execution, done: Undoable, key: string): Fiber<undefined> {
  const frame: Frame = {
    ...{ execution, key, peerKey: key, reference: `${done.reference}/metadata/compensate` },
    // Its tasks answer to the pointer of the compensation.
    ...{ isInFunction: true, isInExtension: false, functions: [], variables: {} },
    ...{ depth: 1, isTimed: false },
  };
  const call: Task = { call: done.function };
  const name = `undo ${done.name}`;
  const task: Task =
    done.retry === undefined ? call : { try: [{ [name]: call }], catch: { retry: done.retry } };
  const { input, output } = done;
  yield* execution.runTask({ name, task, path: 'compensate' }, frame, { input, output });
}
