import { entryColumns, eventColumns, incomingColumns, waitsPlace } from './advance-columns.ts';
import { isAny, namesOf, unnest, type Statement } from './statement.ts';
import { noTurn } from './turns.ts';

/** Makes waits known, and all that has to do with them. */
const asking = `), asking as materialized (
  select outcome.tenant_id, outcome.job_id, draft.key, draft.kind, draft.spec, coalesce(draft."isLooked", false) as looked,
    array_remove(outcome.earlier_submitters || outcome.submitter || outcome.senders, null) as submitters
  from json_to_recordset($${waitsPlace}::json) as draft(member int, key text, kind text, spec json, "isLooked" boolean)
  join outcome using (member)
  where outcome.next not in ('SUCCEEDED', 'FAILED', 'CANCELLED') and not outcome.is_superseded
), waiting as (
  insert into jobs.wait (tenant_id, job_id, key, kind, spec, looked)
  select tenant_id, job_id, key, kind, spec, looked from asking
  on conflict (job_id, key) do update set looked = true where excluded.looked
  returning job_id, key
), listening as (
  insert into jobs.listener (tenant_id, shape, match_key, job_id, wait)
  select tenant_id, match ->> 'shape', match ->> 'key', job_id, asking.key
  from asking, json_array_elements(spec -> 'matches') as match where kind = 'event'
  on conflict do nothing
), asked as (
  insert into jobs.approval (tenant_id, id, job_id, key, title, description, data, form, expires_at, role, approvers,
    required, four_eyes, submitters, remind_ms, remind_at, escalate_at, escalate_to,
    undo_ms)
  select tenant_id, (spec ->> 'approvalId')::uuid, job_id, key, spec ->> 'title', spec ->> 'description', spec -> 'data',
    spec ->> 'form', (spec ->> 'expiresAt')::timestamptz, spec ->> 'role',
    case when spec -> 'approvers' is null then '{}' when json_typeof(spec -> 'approvers') <> 'array' then array['']
      else array(select json_array_elements_text(spec -> 'approvers')) end, coalesce((spec ->> 'quorum')::smallint, 1),
    coalesce((spec ->> 'fourEyes')::boolean, false), submitters, (spec ->> 'remindEveryMs')::bigint,
    now() + (spec ->> 'remindEveryMs')::bigint * interval '1 ms',
    now() + (spec -> 'escalation' ->> 'afterMs')::bigint * interval '1 ms',
    case when spec -> 'escalation' is null then '{}'
      else array(select json_array_elements_text(spec -> 'escalation' -> 'approvers')) end,
    (spec ->> 'undoMs')::bigint
  from asking join waiting using (job_id, key) where kind = 'approval'
  on conflict (job_id, key) where state = 'PENDING' do nothing
`;

/*
 * Reading order: `held` locks the rows and drops stale members. Each row is found by its key, whatever the planner
 * believes: an index over states holds an entry of every job that has ever run until it is vacuumed, and an `exists` over
 * events may become a hash of them all. While it waits for a lock,
 * the rest of the statement keeps its old view of the database; only what stands in the job row itself (epoch, state,
 * request, wakes, event_seq) is sure to be the newest. `outcome` decides by those alone. Ends are noted in the audit log for
 * all members at once; the trigger that does it for every other write goes by `ends`. A journal key that was there
 * already means that this holder's view is old: the job goes back to the queue to be replayed, and nothing else of the
 * member is written.
 */
const before = `
with incoming as materialized (
  select * from ${unnest(incomingColumns, 1)} as incoming(${namesOf(incomingColumns)})
  where ${isAny('member')}
), held as materialized (
  select incoming.*, job.tenant_id, job.submitter, job.earlier_submitters, job.senders, job.event_seq, job.request, job.told, job.attempt, job.losses, job.wakes as wakes_now
  from (select * from incoming order by job_id) as incoming cross join lateral (
    select * from jobs.job where id = incoming.job_id and epoch = incoming.epoch limit 1 for update
  ) as job
  where job.state = 'RUNNING'
), entry as materialized (
  select held.tenant_id, held.job_id, held.member, held.epoch, entry.key, entry.value, entry.position
  from ${unnest(entryColumns, 1 + incomingColumns.length)} as entry(${namesOf(entryColumns)})
  join held using (member)
), journaled as (
  insert into jobs.journal (tenant_id, job_id, key, value, epoch)
  select tenant_id, job_id, key, coalesce(value, 'null'::json), epoch from entry order by member, position
  on conflict (job_id, key) do nothing
  returning job_id, key
), superseded as (
  select distinct entry.member from entry left join journaled using (job_id, key) where journaled.key is null
), outcome as materialized (
  select held.*, superseded.member is not null as is_superseded,
    exists (select from journaled where journaled.job_id = held.job_id) as has_progress,
    case
      when superseded.member is not null then case when request = 'PAUSE' then 'PAUSED' else 'QUEUED' end
      when target in ('SUCCEEDED', 'FAILED', 'CANCELLED') then target
      when request = 'PAUSE' then 'PAUSED'
      when target = 'WAITING' and wakes_now <> wakes then 'QUEUED'
      else target
    end as next
  from held left join superseded using (member)
), decided as materialized (
  select *, next in ('SUCCEEDED', 'FAILED', 'CANCELLED') as is_end, case when has_progress then 0 else attempt end as attempt_now
  from outcome
), draft as materialized (
  select member, position::bigint, type, n, key, task, data, at, count, more, first, last
  from ${unnest(eventColumns, 1 + incomingColumns.length + entryColumns.length)} as told(${namesOf(eventColumns)})
), known as materialized (
  select outcome.member, coalesce(told, jobs.last_told(outcome.job_id)) as told from outcome
), untold as materialized (
  select draft.* from draft join known using (member) where first is null or first > known.told
  union all
  select member, position, each.type, each.n, each.key, each.task, each.data, each.at, 1::smallint, null, each.n, each.n
  from draft join known using (member) cross join lateral (
    select type, n, key, task, data, at
    union all
    select * from json_to_recordset(more) as more(type text, n int, key text, task text, data jsonb, at timestamptz)
  ) as each
  where first <= known.told and (each.n is null or each.n > known.told)
), suspended as materialized (
  select outcome.member, event.* from outcome cross join lateral jobs.lifecycle_events(outcome.job_id, 'suspended', coalesce((
    select json_agg(draft) from draft where draft.member = outcome.member and not outcome.is_superseded), '[]')) as event
  where outcome.next = 'PAUSED'
), fresh as materialized (
  select outcome.tenant_id, outcome.job_id, outcome.member, draft.type, draft.n, draft.key, draft.task, draft.data, draft.at, draft.count,
    draft.more, draft.last, outcome.event_seq + 1 - draft.count + sum(draft.count) over (
      partition by outcome.job_id order by draft.position, draft.n rows unbounded preceding) as seq
  from (
    select * from untold
    union all
    select member, 9007199254740991, 'dev.operandi.job.paused.v1', null, null, null, '{}', null, 1, null, null, null
    from outcome where next = 'PAUSED'
    union all
    select member, 2147483647 + place, type, null, key, task, data, null, 1, null, null, null from suspended
  ) as draft
  join outcome using (member)
  where (not outcome.is_superseded or draft.position >= 2147483647) and (draft.key is null or not jobs.has_told(outcome.job_id, draft.key))
), written as (
  insert into jobs.event (tenant_id, job_id, seq, type, n, key, task, data, at, count, more)
  select tenant_id, job_id, seq, type, n, key, task, data, coalesce(at, now()), count, more from fresh order by job_id, seq
), event_count as materialized (
  select member, sum(count)::int as events, max(last) as last from fresh group by member
`;

const after = `), answered as (
  delete from jobs.wait using entry
  where wait.job_id = entry.job_id and wait.key = entry.key
), unanswered as (
  delete from jobs.wait using decided
  where wait.job_id = decided.job_id and is_end and (next = 'SUCCEEDED' or wait.answer is null)
), withdrawn as (
  update jobs.approval set state = 'WITHDRAWN' from decided
  where approval.job_id = decided.job_id and is_end and approval.state = 'PENDING'
), noted as (
  insert into audit.event (tenant_id, id, action, actor_kind, actor_id, actor_name, target_kind, target_id, job_id, data)
  select tenant_id, end_id, 'job.end', 'system', 'operandi', 'operandi', 'job', job_id::text, job_id,
    jsonb_build_object('state', next, 'lostAttempts', attempt_now)
  from decided where is_end order by member
), io as (
  update jobs.job_io
  set output = case when next = 'SUCCEEDED' then coalesce(decided.output, 'null'::json) end, error = decided.error
  from decided where job_io.job_id = decided.job_id and is_end
), moved as (
  update jobs.job as job
  set state = outcome.next::jobs.job_state,
    event_seq = job.event_seq + coalesce(event_count.events, 0), told = coalesce(event_count.last, job.told),
    attempt = outcome.attempt_now,
    losses = case when outcome.has_progress or outcome.next = 'SUCCEEDED' then 0 else job.losses end,
    claim_key = case when outcome.next = 'QUEUED' then ${noTurn} else job.claim_key end,
    owner = case when outcome.next = 'RUNNING' then job.owner end,
    epoch = job.epoch + case when outcome.next = 'PAUSED' then 1 else 0 end,
    lease_until = case when outcome.next = 'RUNNING' then job.lease_until end,
    request = case when outcome.next = 'RUNNING' then job.request end,
    run_at = case when outcome.next = 'WAITING' then outcome.run_at else job.run_at end,
    finished_at = case when outcome.is_end then now() end, ends = job.ends + outcome.is_end::int
  from decided as outcome left join event_count using (member)
  where job.id = outcome.job_id
    and (outcome.next <> 'RUNNING' or event_count.events > 0 or (outcome.has_progress and outcome.attempt + outcome.losses > 0))
)
select outcome.member, outcome.tenant_id, outcome.next as state, outcome.is_superseded, coalesce(event_count.events, 0) as events
from outcome left join event_count using (member)`;

const plain: Statement = { name: 'queue-advance', text: before + after };
const withWaits: Statement = { name: 'queue-advance-asking', text: before + asking + after };

/** The statement for members; a plan that has nothing to do with waits begins sooner. */
export function advanceStatement(hasWaits: boolean): Statement {
  return hasWaits ? withWaits : plain;
}
