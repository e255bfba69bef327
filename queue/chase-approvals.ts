import { approvalEvents } from './approval-events.ts';
import type { RunStatement, Statement } from './statement.ts';

/*
 * An approval that cannot be decided is not chased: one that has expired, or of a tenant that is suspended. Jobs are locked
 * before approvals, as everywhere; those that somebody else holds come next time. What was due before the lock is looked at
 * again under it.
 */
const isDue = `state = 'PENDING' and (remind_at is not null or escalate_at is not null)
  and least(remind_at, escalate_at) <= now() and (expires_at is null or expires_at > now())`;

const chase: Statement = {
  name: 'queue-chase-approvals',
  text: `
with due as materialized (
  select tenant_id, id, job_id, escalate_at from jobs.approval as approval
  where ${isDue}
    and not exists (select from access.tenant where tenant.id = approval.tenant_id and tenant.suspended_at is not null)
  order by least(remind_at, escalate_at) limit $1
), held as materialized (
  select id from jobs.job where id in (select job_id from due) order by id for update skip locked
), chased as (
  update jobs.approval as approval
  set approvers = case when is_escalated
      then array(select distinct unnest(approval.approvers || approval.escalate_to)) else approval.approvers end,
    escalate_at = case when not is_escalated then approval.escalate_at end,
    remind_at = case when approval.remind_at <= now()
      then now() + approval.remind_ms * interval '1 ms' else approval.remind_at end
  from (select tenant_id as of, id as chosen, coalesce(escalate_at <= now(), false) as is_escalated
        from due where job_id in (select id from held)) as due
  where approval.tenant_id = due.of and approval.id = due.chosen and ${isDue}
  returning approval.tenant_id, approval.id, approval.job_id, approval.key, approval.approvers, is_escalated
), counted as (
  select job_id, count(*)::int as events from chased group by job_id
), moved as (
  update jobs.job set event_seq = job.event_seq + events from counted where job.id = counted.job_id
  returning job.id, job.event_seq - events as before
), told as (
  insert into jobs.event (tenant_id, job_id, seq, type, data)
  select tenant_id, job_id, before + row_number() over (partition by job_id order by chased.id),
    case when is_escalated then $3::text else $2::text end,
    jsonb_build_object('wait', key, 'approvalId', chased.id)
      || case when is_escalated then jsonb_build_object('approvers', to_jsonb(approvers)) else '{}' end
  from chased join moved on moved.id = chased.job_id
)
select tenant_id::text as "tenantId" from chased`,
};

/** Of whom an approval was due. */
export interface Chased {
  readonly tenantId: string;
}

/**
 * Reminds those who were asked and have not decided, and lets others decide, too, where it is time for that: at most `limit`
 * approvals of all tenants, the longest due first.
 */
export async function chaseApprovals(run: RunStatement, limit: number): Promise<readonly Chased[]> {
  const { reminded, escalated } = approvalEvents;
  return await run<Chased>(chase, [limit, reminded, escalated]);
}
