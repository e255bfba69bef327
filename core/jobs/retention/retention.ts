import type { Transaction } from '../../../kernel/database/database.ts';
import { permit } from '../../access/permit.ts';
import type { VerbContext } from '../../context.ts';
import { read } from '../../read.ts';

/** How long jobs that are over are kept, and what has been forgotten. */
export interface Retention {
  /** Null for ever. */
  readonly days: number | null;
  /** How many jobs were forgotten. */
  readonly forgotten: string;
  readonly forgottenAt: Date | null;
}

/** How long the tenant's jobs are kept. */
export async function jobRetention(context: VerbContext): Promise<Retention> {
  await permit(context, 'AUDIT_READ');
  return read(context, (tx) => readJobRetention(tx, context.actor.tenantId));
}

/** The same within a transaction. */
export async function readJobRetention(tx: Transaction, tenantId: string): Promise<Retention> {
  const row = await tx.jobRetention.findUnique({ where: { tenantId } });
  return {
    days: row?.days ?? null,
    forgotten: String(row?.forgotten ?? 0),
    forgottenAt: row?.forgottenAt ?? null,
  };
}
