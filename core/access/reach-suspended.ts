import type { Transaction } from '../../kernel/database/database.ts';
import { isPassingFault } from '../../kernel/database/faults.ts';
import { inSavepoint } from '../../kernel/database/savepoint.ts';
import { auditRow, recordAll } from '../audit/record.ts';
import type { Services } from '../context.ts';
import { ringControl, ringReady } from '../jobs/channels.ts';
import { holdJob, releaseJob, type HeldJob } from '../jobs/hold-job.ts';
import { systemActor } from './actor.ts';

type Needs = Pick<Services, 'database' | 'doorbell'>;

/** Jobs of one transaction: few enough that nobody waits long for the rows it locks. */
const portion = 100;

interface Reach {
  readonly action: 'job.pause' | 'job.resume';
  readonly find: (tx: Transaction) => Promise<readonly HeldJob[]>;
  readonly change: (tx: Transaction, job: HeldJob) => Promise<void>;
}

const hold: Reach = { action: 'job.pause', find: findToHold, change: holdJob };
const release: Reach = { action: 'job.resume', find: findToRelease, change: releaseJob };

/**
 * Holds the jobs of tenants that are suspended, those that came in meanwhile too, and lets go those that are held and
 * whose tenant is not. Answers whether there may be more.
 */
export async function reachSuspended(services: Needs): Promise<boolean> {
  const held = await reachPortion(services, hold);
  const released = await reachPortion(services, release);
  return held || released;
}

async function reachPortion(services: Needs, { action, find, change }: Reach): Promise<boolean> {
  const reached = await services.database.asSystem(async (tx) => {
    const done: HeldJob[] = [];
    for (const job of await find(tx)) {
      // One that cannot be reached is left to the next round; the others are.
      const isDone = await inSavepoint(tx, () => change(tx, job)).then(() => true, isOfOneJob);
      if (isDone) done.push(job);
    }
    const data = { reason: 'tenant suspended' };
    const rows = done.map(({ tenantId, jobId }) =>
      auditRow(
        { actor: systemActor(tenantId) },
        { action, target: { kind: 'job', id: jobId }, jobId, data },
      ),
    );
    await recordAll(tx, rows);
    return done;
  });
  for (const { tenantId, jobId } of reached)
    ringControl({ ...services, actor: systemActor(tenantId) }, jobId);
  for (const tenantId of new Set(reached.map((job) => job.tenantId)))
    ringReady({ ...services, actor: systemActor(tenantId) });
  return reached.length === portion;
}

function isOfOneJob(error: unknown): false {
  if (isPassingFault(error)) throw error;
  return false;
}

function findToHold(tx: Transaction): Promise<readonly HeldJob[]> {
  return tx.$queryRaw`
    select job.tenant_id::text as "tenantId", job.id::text as "jobId"
    from access.tenant as tenant join jobs.job as job on job.tenant_id = tenant.id
    where tenant.suspended_at is not null and job.state in ('QUEUED', 'RUNNING', 'WAITING') and job.request is null
    order by job.id limit ${portion} for update of job`;
}

function findToRelease(tx: Transaction): Promise<readonly HeldJob[]> {
  return tx.$queryRaw`
    select job.tenant_id::text as "tenantId", job.id::text as "jobId"
    from jobs.job as job join access.tenant as tenant on tenant.id = job.tenant_id
    where job.is_held and tenant.suspended_at is null
    order by job.id limit ${portion} for update of job`;
}
