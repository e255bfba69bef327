import type { Transaction } from '../../../kernel/database/database.ts';
import { permit } from '../../access/permit.ts';
import type { VerbContext } from '../../context.ts';
import { read } from '../../read.ts';

/** How long events are kept, and what has been forgotten. */
export interface Retention {
  /** Null for ever. */
  readonly days: number | null;
  /** How many events were forgotten: all up to this number. */
  readonly forgotten: string;
  readonly forgottenAt: Date | null;
}

/** How long the tenant's events are kept. */
export async function auditRetention(context: VerbContext): Promise<Retention> {
  await permit(context, 'AUDIT_READ');
  return read(context, (tx) => readRetention(tx, context.actor.tenantId));
}

/** The same within a transaction. */
export async function readRetention(tx: Transaction, tenantId: string): Promise<Retention> {
  const policy = await tx.auditRetention.findUnique({ where: { tenantId } });
  const stub = await tx.auditStub.findUnique({ where: { tenantId } });
  return {
    days: policy?.days ?? null,
    forgotten: String(stub?.size ?? 0),
    forgottenAt: stub?.forgottenAt ?? null,
  };
}

/** How many of the tenant's events were forgotten. */
export async function forgottenEvents(tx: Transaction, tenantId: string): Promise<bigint> {
  const stub = await tx.auditStub.findUnique({ where: { tenantId } });
  return stub?.size ?? 0n;
}
