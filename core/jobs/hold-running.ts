import type { JobRef } from '../../queue/requests.ts';
import { systemActor } from '../access/actor.ts';
import { record } from '../audit/record.ts';
import type { Services } from '../context.ts';
import { holdJob } from './hold-job.ts';

/**
 * Holds a job that runs here, if its tenant is suspended indeed; true when its next checkpoint pauses it. For those that
 * were claimed before the platform got to them.
 */
export async function holdRunning(
  { database }: Pick<Services, 'database'>,
  { tenantId, jobId }: JobRef,
): Promise<boolean> {
  return await database.asSystem(async (tx) => {
    const [row] = await tx.$queryRaw<readonly { isAsked: boolean }[]>`
      select job.request is not null or job.state <> 'RUNNING' as "isAsked"
      from jobs.job as job join access.tenant as tenant on tenant.id = job.tenant_id
      where job.tenant_id = ${tenantId}::uuid and job.id = ${jobId}::uuid and tenant.suspended_at is not null
      for update of job`;
    if (row === undefined) return false;
    if (row.isAsked) return true;
    await holdJob(tx, { tenantId, jobId });
    const told = { action: 'job.pause', target: { kind: 'job', id: jobId }, jobId } as const;
    await record(
      tx,
      { actor: systemActor(tenantId) },
      { ...told, data: { reason: 'tenant suspended' } },
    );
    return true;
  });
}
