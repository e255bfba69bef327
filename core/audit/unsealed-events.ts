import type { Transaction } from '../../kernel/database/database.ts';
import { Prisma } from '../../prisma/_generated/client.ts';
import { eventColumns } from './event-columns.ts';
import type { SealerState } from './sealer-state.ts';

/** An event as it was read; nobody knows yet whether it can be understood. */
export interface EventRow {
  readonly tenantId: string;
  readonly id: string;
  readonly tx: string;
  readonly position: string;
}

const placedColumns = Prisma.sql`${eventColumns}, e.tx::text as tx, e.position::text as position`;
// Looked up event by event: as a join all seals there are would be read for a portion of events.
const isUnsealed = Prisma.sql`
  (select s.seq from audit.seal s where s.tenant_id = e.tenant_id and s.event_id = e.id limit 1) is null`;

/** As one value: Prisma takes longer to read a thousand rows of many columns than it takes to seal them. */
async function readPlaced(tx: Transaction, ordered: Prisma.Sql): Promise<readonly EventRow[]> {
  const [all] = await tx.$queryRaw<{ rows: readonly EventRow[] }[]>`
    select coalesce(json_agg(placed), '[]') as rows from (${ordered}) as placed`;
  return all?.rows ?? [];
}

/** The next events of all tenants but those held back. Below the oldest running transaction none can still appear. */
export async function nextEvents(
  tx: Transaction,
  { tx: at, position }: SealerState,
  limit: number,
): Promise<readonly EventRow[]> {
  // By the index in their order and no further than the portion: else all that wait are read and sorted for each.
  await tx.$executeRaw`select set_config('enable_sort', 'off', true)`;
  const rows = await readPlaced(
    tx,
    Prisma.sql`
    select ${placedColumns}
    from audit.event e
    where (e.tx, e.position) > (${String(at)}::xid8, ${position})
      and e.tx < pg_snapshot_xmin(pg_current_snapshot())
      and e.tenant_id not in (select tenant_id from audit.unsealed)
      and ${isUnsealed}
    order by e.tx, e.position
    limit ${limit}`,
  );
  await tx.$executeRaw`select set_config('enable_sort', 'on', true)`;
  return rows;
}

/** The next of those that another cluster left unsealed. */
export function backlogEvents(tx: Transaction, limit: number): Promise<readonly EventRow[]> {
  return readPlaced(
    tx,
    Prisma.sql`
    select ${placedColumns}
    from audit.backlog b join audit.event e on e.tenant_id = b.tenant_id and e.id = b.event_id
    order by b.position
    limit ${limit}`,
  );
}

/** Forgets what came out of the backlog. */
export async function dropBacklog(tx: Transaction, events: readonly EventRow[]): Promise<void> {
  await tx.$executeRaw`
    delete from audit.backlog b
    using unnest(${events.map(({ tenantId }) => tenantId)}::uuid[], ${events.map(({ id }) => id)}::uuid[])
      as done(tenant_id, event_id)
    where b.tenant_id = done.tenant_id and b.event_id = done.event_id`;
}

/** From this event on the tenant is tried apart: each time later, up to an hour. */
export async function holdBack(
  tx: Transaction,
  { tenantId, tx: at, position }: EventRow,
): Promise<void> {
  await tx.$executeRaw`
    insert into audit.unsealed as known (tenant_id, tx, position, retry_at)
    values (${tenantId}::uuid, ${at}::xid8, ${position}::bigint, now() + interval '1 s')
    on conflict (tenant_id) do update
    set failures = known.failures + 1,
      retry_at = now() + least(3600, 2 ^ least(known.failures, 12)) * interval '1 s'`;
}

/** The events of the tenant that has waited longest for another try. */
export async function heldEvents(
  tx: Transaction,
  limit: number,
): Promise<{ readonly tenantId: string; readonly rows: readonly EventRow[] } | undefined> {
  const [held] = await tx.$queryRaw<readonly Omit<EventRow, 'id'>[]>`
    select tenant_id::text as "tenantId", tx::text as tx, position::text as position
    from audit.unsealed where retry_at <= now() order by retry_at limit 1`;
  if (held === undefined) return undefined;
  const { tenantId } = held;
  const rows = await readPlaced(
    tx,
    Prisma.sql`
    select ${placedColumns}
    from audit.event e
    where (e.tx, e.position) >= (${held.tx}::xid8, ${held.position}::bigint)
      and e.tenant_id = ${tenantId}::uuid and e.tx < pg_snapshot_xmin(pg_current_snapshot())
      and ${isUnsealed}
    order by e.tx, e.position
    limit ${limit}`,
  );
  return { tenantId, rows };
}

/** The tenant goes with the others again. */
export async function release(tx: Transaction, tenantId: string): Promise<void> {
  await tx.$executeRaw`delete from audit.unsealed where tenant_id = ${tenantId}::uuid`;
}
