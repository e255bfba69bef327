import { concernsAll } from '../../../kernel/database/faults.ts';
import { systemActor } from '../../access/actor.ts';
import { auditRow, recordAll } from '../../audit/record.ts';
import type { Services } from '../../context.ts';

/** Tenants of one turn, and jobs of each. */
export interface JobPortion {
  readonly tenants: number;
  readonly jobs: number;
}

/**
 * Forgets jobs that are over for longer than their tenants keep them: whole months, where nobody keeps anything of one, else job by
 * job, some of some tenants. The database itself holds the conditions. Answers whether there may be more.
 */
export async function forgetJobs(
  services: Pick<Services, 'database' | 'log'>,
  portion: JobPortion,
): Promise<boolean> {
  const { database, log } = services;
  const dropped = await dropMonths(services);
  const tenants = await database.asSystem(
    (tx) => tx.$queryRaw<{ tenantId: string; days: number }[]>`
      select tenant_id::text as "tenantId", days from jobs.retention
      where days is not null order by random() limit ${portion.tenants}`,
  );
  let isMore = dropped;
  for (const tenant of tenants) {
    try {
      const count = await forgetOfTenant(services, tenant, portion.jobs);
      isMore ||= count === portion.jobs;
    } catch (error) {
      if (concernsAll(error)) throw error;
      const { tenantId } = tenant;
      log.error({ err: error, tenantId }, 'old jobs of a tenant could not be forgotten');
    }
  }
  return isMore;
}

/** One of each kind, with a log line: answers whether there was any. */
async function dropMonths({ database, log }: Pick<Services, 'database' | 'log'>): Promise<boolean> {
  const dropped = await database.asSystem(async (tx) => {
    const past = await tx.$queryRaw<{ name: string | null }[]>`select jobs.drop_month() as name`;
    return past[0]?.name ?? null;
  });
  const emptied = await database.asSystem(async (tx) => {
    const empty = await tx.$queryRaw<
      { name: string | null }[]
    >`select jobs.drop_empty_month() as name`;
    return empty[0]?.name ?? null;
  });
  for (const name of [dropped, emptied])
    if (name !== null) log.info({ dropped: name }, 'dropped what was left of a month');
  return dropped !== null || emptied !== null;
}

async function forgetOfTenant(
  { database }: Pick<Services, 'database'>,
  { tenantId, days }: { readonly tenantId: string; readonly days: number },
  most: number,
): Promise<number> {
  return database.asSystem(async (tx) => {
    const [row] = await tx.$queryRaw<{ count: number }[]>`
      select jobs.forget_jobs(${tenantId}::uuid, ${most}::int) as count`;
    const count = row?.count ?? 0;
    if (count === 0) return 0;
    const target = { kind: 'tenant', id: tenantId };
    const author = { actor: systemActor(tenantId) };
    await recordAll(tx, [
      auditRow(author, { action: 'job.forget', target, data: { jobs: count, days } }),
    ]);
    return count;
  });
}
