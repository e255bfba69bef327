import type { JsonValue } from '../kernel/json.ts';
import type { JobState } from './job.ts';
import type { JobRef } from './requests.ts';
import type { RunStatement, Statement } from './statement.ts';

/** An answer to what a job waits for. */
export interface Answer extends JobRef {
  /** Key of the wait. */
  readonly key: string;
  readonly value: JsonValue;
  /** Type of the event that tells of it. @default `dev.operandi.job.answered.v1` */
  readonly eventType?: string;
}

/** What an answer did. */
export interface AnswerResult {
  /** False when nobody waits under the key (any more) or an earlier answer stands: nothing was written. */
  readonly isAccepted: boolean;
  readonly state: JobState | undefined;
}

/*
 * `wakes` is counted under the lock of the job row. A run that is about to park carries the count it was claimed with,
 * and its statement compares it under the same lock: it sees this answer however the two interleave.
 */
const answer: Statement = {
  name: 'queue-answer',
  text: `
with target as materialized (
  select id from jobs.job
  where tenant_id = $1::uuid and id = $2::uuid and state in ('QUEUED', 'RUNNING', 'WAITING', 'PAUSED') for update
), answered as (
  update jobs.wait set answer = $4::json from target
  where wait.job_id = target.id and wait.key = $3::text and wait.answer is null
  returning wait.job_id
), moved as (
  update jobs.job as job
  set wakes = job.wakes + 1, event_seq = job.event_seq + 1,
    state = case when job.state = 'WAITING' then 'QUEUED' else job.state end
  from answered where job.id = answered.job_id
  returning job.tenant_id, job.id, job.event_seq, job.state
), told as (
  insert into jobs.event (tenant_id, job_id, seq, type, data)
  select tenant_id, id, event_seq, $5::text, jsonb_build_object('wait', $3::text) from moved
)
select state::text as state from moved`,
};

/**
 * Stores the first answer to a wait and makes a sleeping job ready, both or neither. Ring `jobs.ready` after the commit.
 * A transaction that also writes an approval answers first: rows are locked in the order job, approval everywhere.
 */
export async function answerWait(run: RunStatement, given: Answer): Promise<AnswerResult> {
  const { tenantId, jobId, key, value, eventType = 'dev.operandi.job.answered.v1' } = given;
  const [row] = await run<{ state: JobState }>(answer, [
    tenantId,
    jobId,
    key,
    JSON.stringify(value),
    eventType,
  ]);
  return { isAccepted: row !== undefined, state: row?.state };
}
