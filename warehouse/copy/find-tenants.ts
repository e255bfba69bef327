import type { Transaction } from '../../kernel/database/database.ts';
import type { CopyState } from '../files/tenant-files.ts';

/** A tenant and how long it keeps its audit events. */
export interface KnownTenant {
  readonly id: string;
  /** Null for ever. */
  readonly days: number | null;
  /** True while a legal hold is placed: then nothing is removed. */
  readonly isHeld: boolean;
}

/** All tenants that there are. */
export async function findTenants(tx: Transaction): Promise<readonly KnownTenant[]> {
  return await tx.$queryRaw<readonly KnownTenant[]>`
    select tenant.id::text as id, retention.days,
      exists (select from audit.hold where hold.tenant_id = tenant.id and hold.released_at is null) as "isHeld"
    from access.tenant
    left join audit.retention on retention.tenant_id = tenant.id
    order by tenant.id`;
}

/** Those of the tenants of which something can be copied, by one look at two indexes for each. */
export async function findBehind(
  tx: Transaction,
  tenants: ReadonlyMap<string, CopyState>,
): Promise<readonly string[]> {
  const states = [...tenants.values()];
  const rows = await tx.$queryRaw<{ id: string }[]>`
    select asked.id::text as id from unnest(
      ${[...tenants.keys()]}::uuid[], ${states.map(({ story }) => story.tx)}::text[],
      ${states.map(({ story }) => story.position)}::bigint[], ${states.map(({ seq }) => seq)}::bigint[])
      as asked(id, tx, position, seq)
    where exists (
      select from jobs.event
      where event.tenant_id = asked.id and (event.tx, event.position) > (asked.tx::xid8, asked.position - 1024)
        and event.tx < pg_snapshot_xmin(pg_current_snapshot())
        and (event.tx, event.position + event.count) > (asked.tx::xid8, asked.position + 1))
    or exists (select from audit.seal where seal.tenant_id = asked.id and seal.seq > asked.seq)`;
  return rows.map(({ id }) => id);
}
