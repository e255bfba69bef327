import type { RunStatement, Statement } from './statement.ts';

/** Why such a job is paused; by it, as the reason of its last pause, those are told from what others have paused. */
const why = 'the agent is paused';

/** The standard events of the jobs in `target`, and how many each has. */
function lifecycle(change: 'suspended' | 'resumed'): string {
  return `lifecycle as materialized (
  select target.id, event.*, row_number() over (partition by target.id order by place desc) as backwards
  from target cross join lateral jobs.lifecycle_events(target.id, '${change}') as event
), counted as (
  select id, count(*)::int as count from lifecycle group by id
)`;
}

// Only what waits is paused: a run under way ends by itself.
const pause: Statement = {
  name: 'queue-pause-agent-jobs',
  text: `
with target as materialized (
  select job.id from jobs.agent as agent
  join jobs.job as job on job.tenant_id = agent.tenant_id and job.agent_id = agent.id
  where agent.paused_at is not null and job.state in ('QUEUED', 'WAITING')
  order by job.id limit $1::int for update of job skip locked
), ${lifecycle('suspended')}, moved as (
  update jobs.job as job
  set state = 'PAUSED', epoch = job.epoch + 1, event_seq = job.event_seq + 1 + count
  from counted where job.id = counted.id
  returning job.tenant_id, job.id, job.event_seq
), told as (
  insert into jobs.event (tenant_id, job_id, seq, type, key, task, data)
  select tenant_id, id, event_seq - backwards, type, key, task, data from moved join lifecycle using (id)
  union all
  select tenant_id, id, event_seq, 'dev.operandi.job.paused.v1', null, null, jsonb_build_object('reason', $2::text) from moved
)
select tenant_id::text as "tenantId" from moved`,
};

// What a person or the end of a credential has paused is not the agent's to resume.
const resume: Statement = {
  name: 'queue-resume-agent-jobs',
  text: `
with target as materialized (
  select id from jobs.job
  where tenant_id = $1::uuid and agent_id = $2::uuid and state = 'PAUSED' and (
    select data ->> 'reason' = $4::text from jobs.event
    where event.job_id = job.id and type in ('dev.operandi.job.paused.v1', 'dev.operandi.job.pause-requested.v1')
    order by seq desc limit 1)
  order by id limit $3::int for update
), ${lifecycle('resumed')}, moved as (
  update jobs.job as job
  set state = 'QUEUED', request = null, epoch = job.epoch + 1, event_seq = job.event_seq + 1 + count
  from counted where job.id = counted.id
  returning job.tenant_id, job.id, job.event_seq
), told as (
  insert into jobs.event (tenant_id, job_id, seq, type, key, task, data)
  select tenant_id, id, event_seq - backwards, type, key, task, data from moved join lifecycle using (id)
  union all
  select tenant_id, id, event_seq, 'dev.operandi.job.resumed.v1', null, null, '{"reason": "the agent was resumed"}'::jsonb from moved
)
select tenant_id::text as "tenantId" from moved`,
};

/** Pauses waiting jobs of paused agents; answers the tenant of each. Ring `jobs.event` of those after the commit. */
export async function pauseAgentJobs(run: RunStatement, limit: number): Promise<readonly string[]> {
  return (await run<{ tenantId: string }>(pause, [limit, why])).map(({ tenantId }) => tenantId);
}

/** Lets the jobs go on that were paused with their agent; answers how many. Ring `jobs.ready` after the commit. */
export async function resumeAgentJobs(
  run: RunStatement,
  which: { readonly tenantId: string; readonly agentId: string; readonly limit: number },
): Promise<number> {
  return (await run(resume, [which.tenantId, which.agentId, which.limit, why])).length;
}
