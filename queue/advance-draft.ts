import type { JsonValue } from '../kernel/json.ts';
import type { EventDraft, Held, JournalDraft, WaitDraft } from './job.ts';

/** What a holder writes about its job while it runs. */
export interface Checkpoint {
  /** In the order in which the run took notice; the first write of a key wins. */
  readonly journal?: readonly JournalDraft[];
  readonly events?: readonly EventDraft[];
  /** Makes waits known, so that they can be answered before the job is parked. */
  readonly waits?: readonly WaitDraft[];
  /** About the size of all that, so that statements of many jobs stay small. @default 0 */
  readonly bytes?: number;
}

/** How a job ends. */
export type FinalState =
  | { readonly state: 'SUCCEEDED'; readonly output: JsonValue }
  | { readonly state: 'FAILED' | 'CANCELLED'; readonly error: JsonValue };

/** What a parked job sleeps for. */
export interface Park {
  /** Wakes by itself at this moment. */
  readonly runAt?: Date;
  /** `wakes` of the claim: an answer given since then sends the job back to the queue. */
  readonly wakes: number;
}

/** One write of a holder, with where the job shall go. */
export interface Advance {
  readonly held: Held;
  readonly write: Checkpoint;
  /** Absent: the job keeps running. */
  readonly to?: FinalState | ({ readonly state: 'WAITING' } & Park) | { readonly state: 'QUEUED' };
}
