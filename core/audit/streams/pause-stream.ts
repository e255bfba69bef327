import type { VerbContext } from '../../context.ts';
import { changeStream } from './change-stream.ts';
import type { AuditStream } from './stream.ts';

/** Sends nothing more until it is resumed; a batch under way still arrives. */
export function pauseAuditStream(context: VerbContext, input: unknown): Promise<AuditStream> {
  return changeStream(context, input, {
    action: 'audit_stream.pause',
    write: (tx, { tenantId, id }) => tx.$executeRaw`
      update audit.stream set paused_at = coalesce(paused_at, now()), updated_at = now()
      where tenant_id = ${tenantId}::uuid and id = ${id}::uuid`,
  });
}
