import type { VerbContext } from '../../context.ts';
import { changeStream } from './change-stream.ts';
import type { AuditStream } from './stream.ts';

/** Goes on behind the last event that has arrived, at once and whatever failed before. */
export function resumeAuditStream(context: VerbContext, input: unknown): Promise<AuditStream> {
  return changeStream(context, input, {
    action: 'audit_stream.resume',
    write: (tx, { tenantId, id }) => tx.$executeRaw`
      update audit.stream set paused_at = null, failures = 0, next_at = now(), updated_at = now()
      where tenant_id = ${tenantId}::uuid and id = ${id}::uuid`,
  });
}
