import type { Transaction } from '../../../kernel/database/database.ts';
import type { LegalHold } from '../../../prisma/_generated/client.ts';
import { refuse } from '../../parse.ts';

// Any number will do that nothing else locks.
const holdLock = 8_114_203;

/** No month is dropped from here on to the end: what jobs of all tenants stand on while it is decided who keeps them. */
export async function lockMonths(tx: Transaction): Promise<void> {
  await tx.$executeRaw`select pg_advisory_xact_lock_shared(8114205)`;
}

/** One at a time places holds, erases or forgets in a tenant: what is held when this returns stays as it is until the end. */
export async function lockHolds(tx: Transaction, tenantId: string): Promise<void> {
  await lockMonths(tx);
  await tx.$executeRaw`select pg_advisory_xact_lock(${holdLock}::int, hashtext(${tenantId}))`;
}

/** The holds of the tenant that are not released. */
export function placedHolds(tx: Transaction, tenantId: string): Promise<readonly LegalHold[]> {
  return tx.legalHold.findMany({
    where: { tenantId, releasedAt: null },
    orderBy: { id: 'asc' },
    take: 100,
  });
}

/** Refuses while a hold is placed. */
export async function requireNoHold(tx: Transaction, tenantId: string): Promise<void> {
  await lockHolds(tx, tenantId);
  const [hold] = await placedHolds(tx, tenantId);
  if (hold !== undefined)
    refuse(
      'CONFLICT',
      'input',
      `the legal hold ${hold.name} is placed; nothing is erased while it is`,
    );
}
