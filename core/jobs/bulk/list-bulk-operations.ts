import type { BulkOperation } from '../../../prisma/_generated/client.ts';
import { isId } from '../../../kernel/ids.ts';
import { permit, permitMaker, permitWhole } from '../../access/permit.ts';
import type { VerbContext } from '../../context.ts';
import { columnWindow, idSort, paginate } from '../../pagination.ts';
import type { Connection, PageArguments } from '../../pagination.ts';
import { read } from '../../read.ts';

const sort = idSort<BulkOperation>('bulk_operation.id');

/** Bulk operations of the tenant, newest first. */
export async function listBulkOperations(
  context: VerbContext,
  page: PageArguments,
): Promise<Connection<BulkOperation>> {
  await permitBulk(context);
  const { tenantId } = context.actor;
  return paginate({ page, sort, tenantId }, (window) => {
    const { where, ...rest } = columnWindow(window, 'id', 'desc');
    return read(context, (tx) =>
      tx.bulkOperation.findMany({ ...rest, where: { ...where, tenantId } }),
    );
  });
}

/** An operation, or null when the tenant has none of this id. */
export async function findBulkOperation(
  context: VerbContext,
  id: string,
): Promise<BulkOperation | null> {
  await permitBulk(context);
  const { tenantId } = context.actor;
  if (!isId(id)) return null;
  return read(context, (tx) =>
    tx.bulkOperation.findUnique({ where: { tenantId_id: { tenantId, id } } }),
  );
}

/** Filters tell of jobs of all agents: who reaches some of them only reads none. */
async function permitBulk(context: VerbContext): Promise<void> {
  await permit(context, 'JOBS_READ');
  await permitMaker(context);
  await permitWhole(context, 'JOBS_READ');
}
