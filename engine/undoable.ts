import type { JsonValue } from '../kernel/json.ts';
import type { RetryModel } from './dsl/document.ts';

/** What a task's `metadata.compensate` says: the function of `use.functions` that undoes it. */
export interface CompensationModel {
  readonly function: string;
  /** A policy, or the name of one of `use.retries`. */
  readonly retry?: RetryModel | string;
}

/** A completed task that is undone if the run faults or is cancelled. */
export interface Undoable extends CompensationModel {
  readonly name: string;
  /** JSON pointer of the task. */
  readonly reference: string;
  readonly input: JsonValue;
  readonly output: JsonValue;
}
