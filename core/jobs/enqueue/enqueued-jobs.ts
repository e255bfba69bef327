import type { RunStatement, Statement } from '../../../queue/statement.ts';

/** A job that waits for its input to be checked. */
export interface EnqueuedJob {
  readonly tenantId: string;
  readonly jobId: string;
  readonly agentVersionId: string;
  /** Text of the definition. */
  readonly definition: string;
  /** JSON as it was queued; null when it is larger than an input may be, and is not even read. */
  readonly input: string | null;
}

/** Jobs of one tenant that are checked at the same time, by all processes. */
const mostOfTenant = 25;
/** How long a job is left to the process that checks it, seconds. */
const leaseSeconds = 60;

// Only tenants that were ever let in are looked at, each by the index of ready jobs of its shard.
const take: Statement = {
  name: 'enqueue-take',
  text: `
with found as materialized (
  select job.id from (select distinct tenant_id from jobs.enqueue_grant) as tenant
  cross join lateral (
    select id, row_number() over (order by id) as turn from jobs.job
    where job.tenant_id = tenant.tenant_id and state = 'QUEUED' and shard = 1
      and (lease_until is null or lease_until < now())
    order by id limit greatest(0, ${mostOfTenant} - (
      select count(*) from jobs.job as busy
      where busy.tenant_id = tenant.tenant_id and busy.state = 'QUEUED' and busy.shard = 1 and busy.lease_until >= now()))
  ) as job
  order by job.turn limit $1
), locked as (
  select job.id from jobs.job join found using (id)
  where state = 'QUEUED' and shard = 1 and (lease_until is null or lease_until < now())
  for update of job skip locked
), taken as (
  update jobs.job as job set lease_until = now() + ${leaseSeconds} * interval '1 second'
  from locked where job.id = locked.id
  returning job.tenant_id, job.id, job.agent_version_id
)
select taken.tenant_id::text as "tenantId", taken.id::text as "jobId", taken.agent_version_id::text as "agentVersionId",
  version.definition, case when octet_length(io.input::text) <= $2::int then io.input::text end as input
from taken
join jobs.agent_version as version on version.tenant_id = taken.tenant_id and version.id = taken.agent_version_id
join jobs.job_io as io on io.job_id = taken.id`,
};

/** Takes the next jobs to check, tenants taking turns; what is not dealt with is there again after a while. */
export function takeEnqueued(
  run: RunStatement,
  { limit, inputBytes }: { readonly limit: number; readonly inputBytes: number },
): Promise<readonly EnqueuedJob[]> {
  // As the database writes it, with a space here and there; what is a little too large is found out by the check.
  return run(take, [limit, 2 * inputBytes]);
}

const admit: Statement = {
  name: 'enqueue-admit',
  text: `
update jobs.job set shard = 0, lease_until = null,
  state = (case when run_at > now() then 'WAITING' else 'QUEUED' end)::jobs.job_state
where tenant_id = $1::uuid and id = $2::uuid and state = 'QUEUED' and shard = 1`,
};

/** Lets a job be claimed; one that somebody has stopped meanwhile stays as it is. */
export async function letIn(run: RunStatement, { tenantId, jobId }: EnqueuedJob): Promise<void> {
  await run(admit, [tenantId, jobId]);
}

const takeOne: Statement = {
  name: 'enqueue-take-up',
  text: `
update jobs.job set state = 'RUNNING', owner = 'admission', epoch = epoch + 1, started_at = coalesce(started_at, now()),
  lease_until = now() + interval '30 s'
where tenant_id = $1::uuid and id = $2::uuid and state = 'QUEUED' and shard = 1
returning epoch`,
};

/** Takes a job up as a worker does; undefined when it is not there to be taken. */
export async function takeUp(
  run: RunStatement,
  { tenantId, jobId }: EnqueuedJob,
): Promise<number | undefined> {
  const [taken] = await run<{ epoch: number }>(takeOne, [tenantId, jobId]);
  return taken?.epoch;
}
