import type { Services } from '../context.ts';
import { approvalEvents } from './approval-events.ts';
import { eventChannel } from './channels.ts';

/** Of whom an approval was due. */
interface Chased {
  readonly tenantId: string;
}

/**
 * Reminds those who were asked and have not decided, and lets others decide, too, where it is time for that: at most `limit`
 * approvals of all tenants; answers how many. Jobs are locked before approvals, as everywhere; those that somebody else
 * holds come next time.
 */
export async function chaseApprovals(
  { database, doorbell }: Pick<Services, 'database' | 'doorbell'>,
  limit: number,
): Promise<number> {
  const chased = await database.asSystem(
    (tx) => tx.$queryRaw<readonly Chased[]>`
      with due as materialized (
        select tenant_id, id, job_id, escalate_at from jobs.approval
        where state = 'PENDING' and (remind_at is not null or escalate_at is not null)
          and least(remind_at, escalate_at) <= now()
        order by least(remind_at, escalate_at) limit ${limit}
      ), held as materialized (
        select id from jobs.job where id in (select job_id from due) order by id for update skip locked
      ), chased as (
        update jobs.approval as approval
        set approvers = case when is_escalated and approval.approvers <> '{}'
            then array(select distinct unnest(approval.approvers || approval.escalate_to)) else approval.approvers end,
          escalate_at = case when not is_escalated then approval.escalate_at end,
          remind_at = case when approval.remind_at <= now()
            then now() + approval.remind_ms * interval '1 ms' else approval.remind_at end
        from (select due.*, coalesce(escalate_at <= now(), false) as is_escalated
              from due where job_id in (select id from held)) as due
        where approval.tenant_id = due.tenant_id and approval.id = due.id and approval.state = 'PENDING'
          and least(approval.remind_at, approval.escalate_at) <= now()
        returning approval.tenant_id, approval.id, approval.job_id, approval.key, approval.approvers, is_escalated
      ), counted as (
        select job_id, count(*)::int as events from chased group by job_id
      ), moved as (
        update jobs.job set event_seq = job.event_seq + events from counted where job.id = counted.job_id
        returning job.id, job.event_seq - events as before
      ), told as (
        insert into jobs.event (tenant_id, job_id, seq, type, data)
        select tenant_id, job_id, before + row_number() over (partition by job_id order by chased.id),
          case when is_escalated then ${approvalEvents.escalated} else ${approvalEvents.reminded} end,
          jsonb_build_object('wait', key, 'approvalId', chased.id)
            || case when is_escalated then jsonb_build_object('approvers', to_jsonb(approvers)) else '{}' end
        from chased join moved on moved.id = chased.job_id
      )
      select tenant_id::text as "tenantId" from chased`,
  );
  for (const tenantId of new Set(chased.map((each) => each.tenantId)))
    doorbell.ring(eventChannel(tenantId));
  return chased.length;
}
