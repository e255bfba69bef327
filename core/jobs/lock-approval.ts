import type { Transaction } from '../../kernel/database/database.ts';
import { NotFoundError } from '../../kernel/errors.ts';

export type LockedApproval = Awaited<ReturnType<typeof lockApproval>>;

/** Locks the job first, as everybody does; of many who decide at once, each sees what those before said. */
export async function lockApproval(tx: Transaction, tenantId: string, id: string) {
  await tx.$queryRaw`
    select from jobs.job where tenant_id = ${tenantId}::uuid and id = (
      select job_id from jobs.approval where tenant_id = ${tenantId}::uuid and id = ${id}::uuid)
    for update`;
  const approval = await tx.approval.findUnique({
    where: { tenantId_id: { tenantId, id } },
    include: { decisions: { orderBy: [{ decidedAt: 'asc' }, { decider: 'asc' }] } },
  });
  if (approval === null) throw new NotFoundError('Approval', id);
  return approval;
}
