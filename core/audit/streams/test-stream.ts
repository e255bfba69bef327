import type { VerbContext } from '../../context.ts';
import { changeStream } from './change-stream.ts';
import type { AuditStream } from './stream.ts';

/** Has a worker send one event that is no part of the log; the stream tells what came of it. */
export function testAuditStream(context: VerbContext, input: unknown): Promise<AuditStream> {
  return changeStream(context, input, {
    action: 'audit_stream.test',
    write: (tx, { tenantId, id }) => tx.$executeRaw`
      update audit.stream set test_asked_at = now(), tested_at = null, test_error = null
      where tenant_id = ${tenantId}::uuid and id = ${id}::uuid`,
  });
}
