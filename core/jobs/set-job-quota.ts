import { newId } from '../../kernel/ids.ts';
import { operatorActor } from '../access/actor.ts';
import { findTenant } from '../access/find-tenant.ts';
import { permit } from '../access/permit.ts';
import { record } from '../audit/record.ts';
import type { Services } from '../context.ts';

type Needs = Pick<Services, 'database'>;

/** How many jobs that are not over a tenant may have, as the operator says. */
export interface QuotaWish {
  /** Its name or its id. */
  readonly tenant: string;
  /** Null: as many as is usual. */
  readonly liveJobs: number | null;
}

/** Sets another quota for one tenant; processes heed it within seconds. Answers the tenant's id. */
export async function setJobQuota(
  services: Needs,
  { tenant, liveJobs }: QuotaWish,
): Promise<string> {
  const { id } = await services.database.asSystem((tx) => findTenant(tx, tenant));
  const author = { actor: operatorActor(id), requestId: newId() };
  await permit({ ...services, ...author }, 'ACCESS_MANAGE', 'tenant.set-quota');
  await services.database.withTenant(id, async (tx) => {
    await tx.quota.deleteMany({ where: { tenantId: id } });
    if (liveJobs !== null) await tx.quota.create({ data: { tenantId: id, liveJobs } });
    const target = { kind: 'tenant', id };
    await record(tx, author, { action: 'tenant.set-quota', target, data: { liveJobs } });
  });
  return id;
}
