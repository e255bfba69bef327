import { AppError, NotFoundError } from '../kernel/errors.ts';
import type { JsonObject, JsonValue } from '../kernel/json.ts';
import type { JobState } from './job.ts';
import type { JobRef, RequestResult } from './requests.ts';
import type { RunStatement, Statement } from './statement.ts';
import { noTurn } from './turns.ts';

/** How an ended job begins again. */
export interface Redrive extends JobRef {
  /** The epoch in which its journal was read: a job that has moved on since is left alone. */
  readonly epoch: number;
  /** Keys of results that are forgotten; `true` for all, and the job begins as if it had never run. */
  readonly forgotten: true | readonly string[];
  /** Keys, out of these, of events that were received: their listeners are given them again. */
  readonly received: readonly string[];
  /** True to forget answers that no run has taken notice of, unless they are events. */
  readonly isForgetful: boolean;
  /** What is written behind the journal. */
  readonly mark: { readonly key: string; readonly value: JsonValue };
  /** Keys of the approvals that stay open; absent for all. */
  readonly reopened?: readonly string[];
  /** Number of the first event of the definition that does not hold any more; absent when all hold. */
  readonly untoldFrom?: number;
  /** Takes the place of what was submitted. */
  readonly input?: JsonValue;
  /** Told with the event. */
  readonly data: JsonObject;
}

/** What becomes of the first event of a row; those after it are all of the definition. */
const isUntold = `case
    when event.n is not null then event.n >= $13::int
    when event.key like 'cancelled@%' then true
    when event.key ~ '^[0-9]+:' then split_part(event.key, ':', 1)::int >= $13::int
    when event.key like 'approval:%' then $6::boolean or substr(event.key, 10) = any($5::text[]) or (
      not substr(event.key, 10) = any($12::text[])
      and not exists (select from jobs.journal where journal.job_id = moved.id and journal.key = substr(event.key, 10)))
    else false
  end`;

// Events that do not hold any more keep their place in the story and free their keys for those that come instead.
// Approvals that are asked for as before get their whole time again, like every deadline of the job.
const redrive: Statement = {
  name: 'queue-redrive',
  text: `
with target as materialized (
  select id, state, epoch from jobs.job where tenant_id = $1::uuid and id = $2::uuid for update
), moved as (
  update jobs.job as job
  set state = 'QUEUED', claim_key = ${noTurn}, attempt = 0, finished_at = null, epoch = job.epoch + 1, owner = null, lease_until = null,
    request = null, event_seq = job.event_seq + 1,
    told = case when job.told >= $13::int then $13::int - 1 else job.told end,
    started_at = case when $6::boolean then null else job.started_at end
  from target
  where job.id = target.id and job.epoch = $3::int and job.state in ('DEAD', 'FAILED', 'CANCELLED')
    and exists (select from jobs.job_io where job_io.job_id = target.id)
  returning job.tenant_id, job.id, job.epoch, job.event_seq, job.state
), told as (
  insert into jobs.event (tenant_id, job_id, seq, type, data)
  select tenant_id, id, event_seq, 'dev.operandi.job.redriven.v1', $4::jsonb from moved
), forgotten as (
  delete from jobs.journal using moved
  where journal.job_id = moved.id and ($6::boolean or journal.key = any($5::text[]))
  returning journal.tenant_id, journal.job_id, journal.key, journal.value
), marked as (
  insert into jobs.journal (tenant_id, job_id, key, value, epoch)
  select tenant_id, id, $8::text,
    json_build_object('at', floor(extract(epoch from clock_timestamp()) * 1000)::bigint, 'ok', $9::json), epoch
  from moved
), unanswered as (
  delete from jobs.wait using moved
  where wait.job_id = moved.id and $10::boolean and (wait.kind <> 'event' or wait.answer is null)
), received as (
  insert into jobs.wait (tenant_id, job_id, key, kind, spec, answer)
  select tenant_id, job_id, key, 'event', '{}', value -> 'ok' from forgotten where key = any($7::text[])
  on conflict (job_id, key) do nothing
), io as (
  update jobs.job_io set error = null, output = null, input = coalesce($11::json, job_io.input)
  from moved where job_io.job_id = moved.id
), reopened as (
  update jobs.approval
  set state = case when stays then 'PENDING' else 'WITHDRAWN' end::jobs.approval_state,
    expires_at = case when stays then now() + (expires_at - created_at) else expires_at end,
    remind_at = case when stays then now() + remind_ms * interval '1 ms' else remind_at end,
    escalate_at = case when stays then now() + (escalate_at - created_at) else escalate_at end
  from (
    select approval.id, not $6::boolean and ($12::text[] is null or approval.key = any($12::text[]))
        and not exists (select from jobs.approval as newer
          where newer.job_id = approval.job_id and newer.key = approval.key and newer.id > approval.id) as stays
    from jobs.approval join moved on moved.id = approval.job_id
    where approval.state in ('PENDING', 'WITHDRAWN')
  ) as open
  where approval.tenant_id = $1::uuid and approval.id = open.id
  returning approval.id
), unlinked as (
  update jobs.decision_link set revoked_at = now() from reopened
  where decision_link.tenant_id = $1::uuid and decision_link.approval_id = reopened.id
    and decision_link.used_at is null and decision_link.revoked_at is null
), untold as (
  update jobs.event
  set key = case when ${isUntold} then 'untold@' || moved.epoch || ':' || coalesce(event.key, event.n::text) else event.key end,
    n = case when ${isUntold} then null else event.n end,
    more = (
      select json_agg(case when (item ->> 'n')::int >= $13::int
        then (item::jsonb - 'n' || jsonb_build_object('key', 'untold@' || moved.epoch || ':' || (item ->> 'n')))::json else item end
        order by place)
      from json_array_elements(event.more) with ordinality as each(item, place))
  from moved
  where event.job_id = moved.id and (${isUntold} or
    (select max((item ->> 'n')::int) from json_array_elements(event.more) as each(item)) >= $13::int)
)
select target.state::text as before, target.epoch, moved.state::text as state from target left join moved on true`,
};

interface RedriveRow {
  readonly before: JobState;
  readonly epoch: number;
  readonly state: JobState | null;
}

/** Starts a dead, failed or cancelled job again as planned. Ring `jobs.ready` after the commit. */
export async function redriveJob(run: RunStatement, wish: Redrive): Promise<RequestResult> {
  const { tenantId, jobId, epoch, forgotten, mark } = wish;
  const [row] = await run<RedriveRow>(redrive, [
    ...[tenantId, jobId, epoch, JSON.stringify(wish.data)],
    ...[forgotten === true ? [] : forgotten, forgotten === true, wish.received],
    ...[mark.key, JSON.stringify(mark.value), wish.isForgetful],
    wish.input === undefined ? null : JSON.stringify(wish.input),
    ...[wish.reopened ?? null, wish.untoldFrom ?? null],
  ]);
  if (row === undefined) throw new NotFoundError('Job', jobId);
  if (row.state !== null) return { before: row.before, state: row.state };
  const reason = row.epoch === epoch ? `is ${row.before}` : 'has moved on; look at it again';
  throw new AppError('CONFLICT', `job ${jobId} ${reason}`);
}
