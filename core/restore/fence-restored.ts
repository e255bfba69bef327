import { generationRange, nextGeneration } from '../../kernel/database/generation.ts';
import { newId } from '../../kernel/ids.ts';
import { fenceJobs } from '../../queue/fence.ts';
import { onPool } from '../../queue/statement.ts';
import { operatorActor } from '../access/actor.ts';
import { permit } from '../access/permit.ts';
import { record } from '../audit/record.ts';
import type { Services } from '../context.ts';

/** What was done to a database that was put back to an earlier moment. */
export interface Fenced {
  /** The number that cursors made from now on carry. */
  readonly generation: number;
  /** Jobs that go on. */
  readonly jobs: number;
  /** Tenants whose audit log tells of it. */
  readonly tenants: number;
}

/**
 * Makes a restored database safe to go on with: whoever holds a job, a delivery or a cursor of what came after that moment
 * holds nothing. The login must own the tables. Doing it again does no harm.
 */
export async function fenceRestored({ database }: Pick<Services, 'database'>): Promise<Fenced> {
  const generation = await nextGeneration(database.pool);
  const jobs = await fenceJobs(onPool(database.pool), generation);
  const claim = generation * generationRange;
  const tenants = await database.asSystem(async (tx) => {
    await tx.$executeRaw`
      update jobs.webhook_delivery set claim = ${claim}, is_claimed = false,
        next_at = now()
      where state = 'PENDING' and claim < ${claim}`;
    return tx.$queryRaw<readonly { id: string }[]>`select id::text as id from access.tenant`;
  });
  for (const { id } of tenants) await tellTenant(database, id, generation);
  return { generation, jobs, tenants: tenants.length };
}

async function tellTenant(
  database: Services['database'],
  tenantId: string,
  generation: number,
): Promise<void> {
  const author = { actor: operatorActor(tenantId), requestId: newId() };
  await permit({ ...author, database }, 'ACCESS_MANAGE');
  await database.withTenant(tenantId, (tx) =>
    record(tx, author, {
      action: 'database.restore',
      target: { kind: 'tenant', id: tenantId },
      data: { generation },
    }),
  );
}
