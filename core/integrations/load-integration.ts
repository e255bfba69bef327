import type { Integration } from '../../prisma/_generated/client.ts';
import type { Transaction } from '../../kernel/database/database.ts';
import { NotFoundError } from '../../kernel/errors.ts';

/** An integration of the tenant that is not deleted, locked until the transaction ends. */
export async function loadIntegration(
  tx: Transaction,
  tenantId: string,
  id: string,
): Promise<Integration> {
  const locked = await tx.$queryRaw<unknown[]>`
    select 1 from integrations.integration
    where tenant_id = ${tenantId}::uuid and id = ${id}::uuid and deleted_at is null
    for update`;
  if (locked.length === 0) throw new NotFoundError('integration', id);
  return tx.integration.findUniqueOrThrow({ where: { tenantId_id: { tenantId, id } } });
}
