import type { Prisma } from '../../../prisma/_generated/client.ts';
import type { Transaction } from '../../../kernel/database/database.ts';

/** How long a portion is left to the worker that has it, milliseconds. */
export const leaseMs = 60_000;

/** What was claimed. */
export interface Claimed {
  readonly tenantId: string;
  readonly id: string;
}

/**
 * Takes work that nobody is at from a table of it, e.g. `jobs.bulk_operation`: one piece of each tenant at a time, those
 * first that were looked at longest ago.
 */
export async function claimWork(
  tx: Transaction,
  table: Prisma.Sql,
  limit: number,
): Promise<readonly Claimed[]> {
  return await tx.$queryRaw<readonly Claimed[]>`
    update ${table} as operation
    set claim = claim + 1, claimed_until = now() + ${leaseMs} * interval '1 millisecond', looked_at = clock_timestamp()
    from (
      select free.tenant_id, free.id from ${table} as free
      join access.tenant on tenant.id = free.tenant_id and tenant.suspended_at is null
      where free.state = 'RUNNING' and (free.claimed_until is null or free.claimed_until < now())
        and free.id = (
          select id from ${table} as own where own.tenant_id = free.tenant_id and own.state = 'RUNNING'
          order by own.claimed_until > now() desc nulls last, own.looked_at limit 1)
      order by free.looked_at limit ${limit} for update of free skip locked
    ) as next
    where operation.tenant_id = next.tenant_id and operation.id = next.id
    returning operation.tenant_id::text as "tenantId", operation.id::text`;
}
