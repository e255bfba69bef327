import { permit } from '../../access/permit.ts';
import type { VerbContext } from '../../context.ts';
import { idInput } from '../../jobs/names.ts';
import { parse } from '../../parse.ts';
import { record } from '../record.ts';
import { destinationOf, readStream, type AuditStream } from './stream.ts';

/** Forgets a stream with its secret; what has arrived stays where it is. */
export async function deleteAuditStream(
  context: VerbContext,
  input: unknown,
): Promise<AuditStream> {
  await permit(context, 'AUDIT_MANAGE', 'audit_stream.delete');
  const { id } = parse(idInput, input);
  const { tenantId } = context.actor;
  return context.database.withTenant(tenantId, async (tx) => {
    const stream = await readStream(tx, tenantId, id);
    await tx.auditStream.delete({ where: { tenantId_id: { tenantId, id } }, select: { id: true } });
    await record(tx, context, {
      action: 'audit_stream.delete',
      target: { kind: 'audit_stream', id },
      data: { name: stream.name, to: destinationOf(stream), sent: String(stream.sent) },
    });
    return stream;
  });
}
