import { approvalEvents } from './approval-events.ts';
import type { RunStatement, Statement } from './statement.ts';
import { wakeAnswered } from './wake-answered.ts';

/*
 * Jobs are locked before approvals, as everywhere; those that somebody else holds come next time. Whether a decision still
 * stands is looked at again under the lock: who took it back before has emptied `settles_at`. What nobody waits for any more
 * is withdrawn.
 */
const settle: Statement = {
  name: 'queue-settle-decisions',
  text: `
with due as materialized (
  select tenant_id, id, job_id from jobs.approval where state = 'PENDING' and settles_at <= now() order by settles_at limit $1
), held as materialized (
  select id, state from jobs.job where id in (select job_id from due) order by id for update skip locked
), settled as (
  update jobs.approval as approval
  set state = case when awaited is null or held.state not in ('QUEUED', 'RUNNING', 'WAITING', 'PAUSED') then 'WITHDRAWN'
      when last.is_approval then 'APPROVED' else 'REJECTED' end::jobs.approval_state,
    decided_by = last.actor_name, decided_at = last.decided_at, comment = last.comment
  from due join held on held.id = due.job_id
  cross join lateral (
    select is_approval, actor_name, decided_at, comment from jobs.approval_decision as decision
    where decision.tenant_id = due.tenant_id and decision.approval_id = due.id
    order by is_approval, decided_at desc, decider desc limit 1
  ) as last
  left join lateral (
    select wait.key as awaited from jobs.wait join jobs.approval as asked on asked.job_id = wait.job_id and asked.key = wait.key
    where asked.tenant_id = due.tenant_id and asked.id = due.id and wait.answer is null
  ) as open on true
  where approval.tenant_id = due.tenant_id and approval.id = due.id and approval.state = 'PENDING' and approval.settles_at <= now()
  returning approval.tenant_id, approval.id, approval.job_id, approval.key, approval.settlement, approval.state
), answered as (
  update jobs.wait set answer = settled.settlement
  from settled where wait.job_id = settled.job_id and wait.key = settled.key and wait.answer is null
    and settled.state <> 'WITHDRAWN'
  returning wait.job_id, wait.key
), ${wakeAnswered('$2')}
select tenant_id::text as "tenantId" from settled`,
};

/** Of whom a decision was settled. */
export interface Settled {
  readonly tenantId: string;
}

/**
 * Hands decisions to their jobs that nobody can take back any more: at most `limit` of all tenants, the longest due first.
 * Ring `jobs.ready` after the commit.
 */
export async function settleDecisions(
  run: RunStatement,
  limit: number,
): Promise<readonly Settled[]> {
  return await run<Settled>(settle, [limit, approvalEvents.decided]);
}
