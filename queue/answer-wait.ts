import type { JsonValue } from '../kernel/json.ts';
import type { JobState } from './job.ts';
import type { JobRef } from './requests.ts';
import { isAny, type RunStatement, type Statement } from './statement.ts';
import { wakeAnswered } from './wake-answered.ts';

/** One of the waits of a job. */
export interface WaitRef {
  readonly jobId: string;
  readonly key: string;
}

/** The same answer to waits of any number of jobs of a tenant. */
export interface Answers {
  readonly tenantId: string;
  readonly waits: readonly WaitRef[];
  readonly value: JsonValue;
  /** Type of the event that tells of it. @default `dev.operandi.job.answered.v1` */
  readonly eventType?: string;
}

/** An answer to what a job waits for. */
export interface Answer extends JobRef, Omit<Answers, 'waits'> {
  /** Key of the wait. */
  readonly key: string;
}

/** What an answer did. */
export interface AnswerResult {
  /** False when nobody waits under the key (any more) or an earlier answer stands: nothing was written. */
  readonly isAccepted: boolean;
  readonly state: JobState | undefined;
}

const answer: Statement = {
  name: 'queue-answer',
  text: `
with asked as materialized (
  select job_id, key from unnest($2::uuid[], $3::text[]) with ordinality as asked(job_id, key, place)
  where ${isAny('place')}
), target as materialized (
  select job.id
  from (select distinct job_id from asked order by job_id) as each cross join lateral (
    select * from jobs.job where id = each.job_id limit 1 for update
  ) as job
  where job.tenant_id = $1::uuid and job.state in ('QUEUED', 'RUNNING', 'WAITING', 'PAUSED')
), answered as (
  update jobs.wait set answer = $4::json from asked join target on target.id = asked.job_id
  where wait.job_id = asked.job_id and wait.key = asked.key and wait.answer is null
  returning wait.job_id, wait.key
), ${wakeAnswered('$5')}
select id, state::text as state from moved`,
};

interface MovedRow {
  readonly id: string;
  readonly state: JobState;
}

/**
 * Stores the first answer to each wait and makes sleeping jobs ready, both or neither; answers the jobs that got one.
 * Ring `jobs.ready` after the commit.
 */
export async function answerWaits(
  run: RunStatement,
  { tenantId, waits, value, eventType = 'dev.operandi.job.answered.v1' }: Answers,
): Promise<readonly MovedRow[]> {
  if (waits.length === 0) return [];
  return run<MovedRow>(answer, [
    tenantId,
    waits.map(({ jobId }) => jobId),
    waits.map(({ key }) => key),
    JSON.stringify(value),
    eventType,
  ]);
}

/**
 * Does the same for one wait. A transaction that also writes an approval answers first: rows are locked in the order
 * job, approval everywhere.
 */
export async function answerWait(
  run: RunStatement,
  { jobId, key, ...given }: Answer,
): Promise<AnswerResult> {
  const [row] = await answerWaits(run, { ...given, waits: [{ jobId, key }] });
  return { isAccepted: row !== undefined, state: row?.state };
}
