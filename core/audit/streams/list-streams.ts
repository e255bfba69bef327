import { isId } from '../../../kernel/ids.ts';
import { permit } from '../../access/permit.ts';
import type { VerbContext } from '../../context.ts';
import { read } from '../../read.ts';
import { readStreams, type AuditStream } from './stream.ts';

/** The streams of the tenant, oldest first. */
export async function listAuditStreams(context: VerbContext): Promise<readonly AuditStream[]> {
  await permit(context, 'AUDIT_READ');
  return read(context, (tx) => readStreams(tx, context.actor.tenantId));
}

/** A stream, or null when the tenant has none of this id. */
export async function findAuditStream(
  context: VerbContext,
  id: string,
): Promise<AuditStream | null> {
  await permit(context, 'AUDIT_READ');
  if (!isId(id)) return null;
  const [stream] = await read(context, (tx) => readStreams(tx, context.actor.tenantId, id));
  return stream ?? null;
}
