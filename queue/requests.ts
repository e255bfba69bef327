import { AppError, NotFoundError } from '../kernel/errors.ts';
import type { JsonObject } from '../kernel/json.ts';
import type { JobState } from './job.ts';
import type { RunStatement, Statement } from './statement.ts';
import { noTurn } from './turns.ts';

/** Which job of which tenant somebody asks something of. */
export interface JobRef {
  readonly tenantId: string;
  readonly jobId: string;
}

/** Where a request left the job. */
export interface RequestResult {
  readonly before: JobState;
  readonly state: JobState;
}

interface Transition {
  readonly name: string;
  /** Condition on the locked row `job` under which the request applies. */
  readonly when: string;
  /** Assignments besides the event counter. */
  readonly set: string;
  /** Which standard events tell of it, and under which condition on the locked row. */
  readonly lifecycle: {
    readonly change: 'cancelled' | 'suspended' | 'resumed';
    readonly when: string;
  };
  /** CTEs that go with the change, reading `moved`. */
  readonly also?: string;
}

// The row is locked and judged in its newest version, so a request never meets a state it was not made for.
function transition({ name, when, set, lifecycle, also = '' }: Transition): Statement {
  return {
    name: `queue-${name}`,
    text: `
with target as materialized (
  select job.* from jobs.job as job where tenant_id = $1::uuid and id = $2::uuid for update
), lifecycle as materialized (
  select event.*, row_number() over (order by place desc) as backwards
  from (select id from target as job where (${when}) and (${lifecycle.when}) offset 0) as job
  cross join lateral jobs.lifecycle_events(job.id, '${lifecycle.change}') as event
), moved as (
  update jobs.job as job set ${set}, event_seq = job.event_seq + 1 + (select count(*) from lifecycle)::int
  from target where job.id = target.id and (${when})
  returning job.tenant_id, job.id, job.event_seq, job.state
), told as (
  insert into jobs.event (tenant_id, job_id, seq, type, key, task, data)
  select tenant_id, id, event_seq - backwards, type, key, task, data from moved, lifecycle
  union all
  select tenant_id, id, event_seq, $3::text, null, null, $4::jsonb from moved
)${also}
select target.state::text as before, moved.state::text as state from target left join moved on true`,
  };
}

const leaveHolder = 'epoch = job.epoch + 1, owner = null, lease_until = null, request = null';

const cancel = transition({
  name: 'cancel',
  when: `job.state in ('QUEUED', 'RUNNING', 'WAITING', 'PAUSED')`,
  set: `state = 'CANCELLED', finished_at = now(), ${leaveHolder}`,
  lifecycle: { change: 'cancelled', when: 'true' },
  also: `, unanswered as (
  delete from jobs.wait using moved where wait.job_id = moved.id and wait.answer is null
), withdrawn as (
  update jobs.approval set state = 'WITHDRAWN' from moved
  where approval.job_id = moved.id and approval.state = 'PENDING'
)`,
});

// What is under way keeps its lease until its next checkpoint, so that the result of a running effect is not lost; the
// checkpoint itself then pauses the job and ends the epoch. All else pauses here and now.
const pause = transition({
  name: 'pause',
  when: `job.state in ('QUEUED', 'WAITING') or (job.state = 'RUNNING' and job.request is null)`,
  set: `state = case when job.state = 'RUNNING' then job.state else 'PAUSED' end,
    request = case when job.state = 'RUNNING' then 'PAUSE'::jobs.job_request end,
    epoch = case when job.state = 'RUNNING' then job.epoch else job.epoch + 1 end`,
  lifecycle: { change: 'suspended', when: `job.state <> 'RUNNING'` },
});

const resume = transition({
  name: 'resume',
  when: `job.state = 'PAUSED' or (job.state = 'RUNNING' and job.request = 'PAUSE')`,
  set: `state = case when job.state = 'RUNNING' then job.state else 'QUEUED' end, request = null, claim_key = ${noTurn},
    epoch = case when job.state = 'RUNNING' then job.epoch else job.epoch + 1 end`,
  lifecycle: { change: 'resumed', when: `job.state = 'PAUSED'` },
});

/** Ends a job that is not over; its holder's later writes change nothing. Ring `jobs.control` after the commit. */
export function cancelJob(
  run: RunStatement,
  ref: JobRef,
  data: JsonObject = {},
): Promise<RequestResult> {
  return request(run, ref, { statement: cancel, type: 'dev.operandi.job.cancelled.v1', data });
}

/** Pauses a job: at once, or a running one at its next checkpoint. Ring `jobs.control` after the commit. */
export function pauseJob(
  run: RunStatement,
  ref: JobRef,
  data: JsonObject = {},
): Promise<RequestResult> {
  return request(run, ref, { statement: pause, type: 'dev.operandi.job.pause-requested.v1', data });
}

/** Lets a paused job go on. Ring `jobs.ready` after the commit. */
export function resumeJob(
  run: RunStatement,
  ref: JobRef,
  data: JsonObject = {},
): Promise<RequestResult> {
  return request(run, ref, { statement: resume, type: 'dev.operandi.job.resumed.v1', data });
}

/*
 * The run finds in its journal that it is cancelled, and undoes what is before that. What its holder still writes changes
 * nothing, so nothing comes behind it but what undoes.
 */
const undo: Statement = {
  name: 'queue-undo',
  text: `
with target as materialized (
  select job.* from jobs.job as job where tenant_id = $1::uuid and id = $2::uuid for update
), open as materialized (
  select target.*, wait.key from target join jobs.wait as wait
    on wait.job_id = target.id and wait.kind = 'cancel' and wait.answer is null
  where state in ('QUEUED', 'RUNNING', 'WAITING', 'PAUSED')
), moved as (
  update jobs.job as job
  set state = 'QUEUED', claim_key = ${noTurn}, ${leaveHolder}, wakes = job.wakes + 1, event_seq = job.event_seq + 1
  from open where job.id = open.id
  returning job.tenant_id, job.id, job.event_seq, job.epoch, job.state
), marked as (
  insert into jobs.journal (tenant_id, job_id, key, value, epoch)
  select moved.tenant_id, moved.id, open.key,
    json_build_object('at', floor(extract(epoch from clock_timestamp()) * 1000)::bigint, 'ok', $4::json), moved.epoch
  from moved join open on open.id = moved.id
  on conflict (job_id, key) do nothing
), unanswered as (
  delete from jobs.wait using moved where wait.job_id = moved.id and wait.answer is null
), withdrawn as (
  update jobs.approval set state = 'WITHDRAWN' from moved
  where approval.job_id = moved.id and approval.state = 'PENDING'
), told as (
  insert into jobs.event (tenant_id, job_id, seq, type, data)
  select tenant_id, id, event_seq, $3::text, $4::jsonb from moved
)
select state::text as state from moved`,
};

/**
 * Lets the run of a job that can undo something undo what it has done, and end as cancelled; false where there is nothing to
 * undo, or it is being undone. Ring `jobs.ready` and `jobs.control` after the commit.
 */
export async function undoJob(
  run: RunStatement,
  { tenantId, jobId }: JobRef,
  data: JsonObject,
): Promise<boolean> {
  const type = 'dev.operandi.job.compensating.v1';
  const rows = await run<{ state: JobState }>(undo, [tenantId, jobId, type, JSON.stringify(data)]);
  return rows.length > 0;
}

interface Request {
  readonly statement: Statement;
  readonly type: string;
  readonly data: JsonObject;
}

async function request(
  run: RunStatement,
  ref: JobRef,
  { statement, type, data }: Request,
): Promise<RequestResult> {
  const [row] = await run<{ before: JobState; state: JobState | null }>(statement, [
    ref.tenantId,
    ref.jobId,
    type,
    JSON.stringify(data),
  ]);
  if (row === undefined) throw new NotFoundError('Job', ref.jobId);
  if (row.state === null) throw new AppError('CONFLICT', `job ${ref.jobId} is ${row.before}`);
  return { before: row.before, state: row.state };
}
