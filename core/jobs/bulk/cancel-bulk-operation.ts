import type { BulkOperation } from '../../../prisma/_generated/client.ts';
import { NotFoundError } from '../../../kernel/errors.ts';
import { permit, permitWhole } from '../../access/permit.ts';
import { record } from '../../audit/record.ts';
import type { VerbContext } from '../../context.ts';
import { parse, refuse } from '../../parse.ts';
import { idInput } from '../names.ts';
import { bulkChannel } from './bulk-operation.ts';

/** Ends an operation after the chunk that is under way; what is done stays done. */
export async function cancelBulkOperation(
  context: VerbContext,
  input: unknown,
): Promise<BulkOperation> {
  await permit(context, 'JOBS_OPERATE', 'bulk_operation.cancel');
  await permitWhole(context, 'JOBS_OPERATE', 'bulk_operation.cancel');
  const { id } = parse(idInput, input);
  const { tenantId } = context.actor;
  const cancelled = await context.database.withTenant(tenantId, async (tx) => {
    const where = { tenantId_id: { tenantId, id } };
    const changed = await tx.$executeRaw`
      update jobs.bulk_operation set state = 'CANCELLED', finished_at = now()
      where tenant_id = ${tenantId}::uuid and id = ${id}::uuid and state = 'RUNNING'`;
    const operation = await tx.bulkOperation.findUnique({ where });
    if (operation === null) throw new NotFoundError('BulkOperation', id);
    if (changed === 0) refuse('CONFLICT', 'input.id', `it is ${operation.state} already`);
    await record(tx, context, {
      action: 'bulk_operation.cancel',
      target: { kind: 'bulk_operation', id },
    });
    return operation;
  });
  context.doorbell.ring(bulkChannel(tenantId));
  return cancelled;
}
