import { permit, permitMaker } from '../access/permit.ts';
import type { VerbContext } from '../context.ts';
import { read } from '../read.ts';

/** A worker that has jobs of the tenant. */
export interface HoldingWorker {
  readonly id: string;
  readonly running: number;
  /** Ids of those that it has had longest. */
  readonly jobIds: readonly string[];
  /** When it loses the first of them unless it says that it lives. */
  readonly leaseUntil: Date;
}

const mostJobs = 10;
const mostWorkers = 100;

/** Which workers run jobs of the tenant, and which of them; those with most first. */
export async function listQueueWorkers(context: VerbContext): Promise<readonly HoldingWorker[]> {
  await permit(context, 'JOBS_READ');
  await permitMaker(context);
  const { tenantId } = context.actor;
  return await read(
    context,
    (tx) => tx.$queryRaw<readonly HoldingWorker[]>`
      select owner as id, count(*)::int as running, min(lease_until) as "leaseUntil",
        (array_agg(id::text order by started_at, id))[1:${mostJobs}::int] as "jobIds"
      from jobs.job where tenant_id = ${tenantId}::uuid and state = 'RUNNING' and owner is not null
      group by owner order by running desc, owner limit ${mostWorkers}`,
  );
}
