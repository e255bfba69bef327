import type { Pool } from 'pg';
import type { Doorbell } from '../kernel/doorbell/doorbell.ts';
import type { AppError } from '../kernel/errors.ts';
import type { JsonValue } from '../kernel/json.ts';
import type { AdvanceResult } from './advance.ts';
import type { Checkpoint, FinalState, Park } from './advance-draft.ts';
import type { ClaimedJob, ClaimOptions } from './claim.ts';
import type { Heartbeat, HeartbeatOptions } from './heartbeat.ts';
import type { Held } from './job.ts';
import type { History } from './load-history.ts';
import type { SpendResult, Surrender } from './spend-attempt.ts';
import type { SubmitResult, SubmitRow } from './submit.ts';

/** The job queue: job rows in the database are the truth, the doorbell only wakes. */
export interface Queue extends AsyncDisposable {
  /** Inserts jobs, committed with what else is under way; one result per row, in order. */
  submit(rows: readonly SubmitRow[]): Promise<readonly (SubmitResult | AppError)[]>;
  /** Takes up to `limit` ready jobs and leases them to `owner`. */
  claim(options: ClaimOptions): Promise<readonly ClaimedJob[]>;
  /** What earlier runs of claimed jobs left behind, by job; one query for all. */
  loadHistories(
    jobIds: readonly string[],
    kept?: ReadonlySet<string>,
  ): Promise<ReadonlyMap<string, History>>;
  /** Writes journal rows and events of a held job. Throws `STALE_LEASE` when it is held no more. */
  checkpoint(held: Held, write: Checkpoint): Promise<AdvanceResult>;
  /** Writes the last journal rows and events with the final state. */
  finish(held: Held, write: Checkpoint, to: FinalState): Promise<AdvanceResult>;
  /** Puts a job to sleep until `runAt` or an answer; one that came meanwhile sends it back to the queue. */
  park(held: Held, write: Checkpoint, until: Park): Promise<AdvanceResult>;
  /** Gives a job back unharmed, so that another worker goes on at once. */
  release(held: Held, write?: Checkpoint): Promise<AdvanceResult>;
  /** Ends an attempt by a fault of the platform: back to the queue after a pause, or DEAD. */
  failAttempt(held: Held, error: JsonValue): Promise<SpendResult | undefined>;
  /** Prolongs the leases of all jobs of one worker. */
  heartbeat(options: HeartbeatOptions): Promise<Heartbeat>;
  /** Gives the job that waits for a child the outcome of it, if the child is over; together with others at the time. */
  answerParent(childId: string): Promise<void>;
  /** Does the same for all children whose end was missed, at most `limit`; answers how many there were. */
  answerParents(limit: number): Promise<number>;
  /** Reminds of approvals that nobody decides and lets others decide, too, when it is time; at most `limit`, answers how many. */
  chaseApprovals(limit: number): Promise<number>;
  /** Tells jobs of decisions that nobody can take back any more; at most `limit`, answers how many. */
  settleDecisions(limit: number): Promise<number>;
  /** Takes jobs away from workers whose lease ran out. */
  reap(limit: number): Promise<readonly SpendResult[]>;
  /** Takes the jobs of a holder that is known to be gone, and blames the one that brought it down. */
  surrender(gone: Surrender): Promise<readonly SpendResult[]>;
  /** Has gates looked at again that nobody has swept for so long, should a signal have been lost; answers of how many agents. */
  sweepGates(everySeconds: number): Promise<number>;
  /** True when a quarantined job is ready. */
  hasQuarantined(): Promise<boolean>;
}

/** What a queue works with. */
export interface QueueServices {
  readonly pool: Pool;
  /** For heartbeats, which must not wait behind work. @default the pool */
  readonly vital?: Pool;
  readonly doorbell: Doorbell;
}
