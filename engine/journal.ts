import type { JsonValue } from '../kernel/json.ts';
import type { WorkflowProblem } from './problem.ts';

/** What an effect came to, and when: the run's clock is the `at` of the last entry. */
export type JournalValue =
  | { readonly at: number; readonly ok: JsonValue }
  | {
      readonly at: number;
      readonly error: WorkflowProblem;
      /** Of a limit, which no definition may catch. */
      readonly isCatchable?: false;
    };

export interface JournalEntry {
  /** The effect's key; unique in the journal of a job. */
  readonly key: string;
  readonly value: JournalValue;
}

/**
 * Results of effects in the order in which the run took notice of them. Only the interpreter writes it.
 * Everything else of a run (values, events, their order) is a function of it.
 */
export interface Journal {
  /** What earlier runs appended, in the order of their calls of `append`. */
  readonly entries: readonly JournalEntry[];
  /** Resolves when the entry is durable; rejecting ends the run (e.g. the lease is stale). Called without awaiting the one before. */
  append(entry: JournalEntry): Promise<void>;
}

/** A journal in memory, for tests and dry runs. */
export function memoryJournal(entries: readonly JournalEntry[] = []): Journal {
  const kept = [...entries];
  return {
    entries: kept,
    append(entry) {
      kept.push(entry);
      return Promise.resolve();
    },
  };
}
