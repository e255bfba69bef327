import type { Transaction } from '../../../kernel/database/database.ts';
import { NotFoundError } from '../../../kernel/errors.ts';
import { permit } from '../../access/permit.ts';
import type { VerbContext } from '../../context.ts';
import { idInput } from '../../jobs/names.ts';
import { parse } from '../../parse.ts';
import { record } from '../record.ts';
import { readStream, type AuditStream } from './stream.ts';

interface Change {
  readonly action: string;
  readonly write: (
    tx: Transaction,
    key: { readonly tenantId: string; readonly id: string },
  ) => Promise<number>;
}

/** Writes to a stream of the tenant, on record. */
export async function changeStream(
  context: VerbContext,
  input: unknown,
  { action, write }: Change,
): Promise<AuditStream> {
  await permit(context, 'AUDIT_MANAGE', action);
  const { id } = parse(idInput, input);
  const { tenantId } = context.actor;
  return context.database.withTenant(tenantId, async (tx) => {
    if ((await write(tx, { tenantId, id })) === 0) throw new NotFoundError('audit stream', id);
    const stream = await readStream(tx, tenantId, id);
    const data = { name: stream.name, sent: String(stream.sent) };
    await record(tx, context, { action, target: { kind: 'audit_stream', id }, data });
    return stream;
  });
}
