import type { Transaction } from '../kernel/database/database.ts';
import type { Actor } from './access/actor.ts';
import type { VerbContext } from './context.ts';

/** Runs `work` in a transaction that sees what the caller reaches of their tenant and can write nothing. */
export function read<Result>(
  { actor, database }: Pick<VerbContext, 'database'> & { readonly actor: Pick<Actor, 'tenantId'> },
  work: (tx: Transaction) => Promise<Result>,
  options: { readonly reach?: string; readonly mayBeStale?: boolean } = {},
): Promise<Result> {
  return database.withTenant(actor.tenantId, work, { ...options, isReadOnly: true });
}
