import { z } from 'zod';

import type { Transaction } from '../../kernel/database/database.ts';
import { concernsAll } from '../../kernel/database/faults.ts';
import { inSavepoint } from '../../kernel/database/savepoint.ts';
import { isolating } from '../../kernel/isolating.ts';
import type { Services } from '../context.ts';
import { auditChannel } from './audit-channel.ts';
import { chainHash, genesisHash, storedEvent } from './chain.ts';
import { eventColumns } from './event-columns.ts';

const unsealedEvent = storedEvent.extend({ tx: z.string(), position: z.string() });
const link = z.object({
  tenantId: z.string(),
  seq: z.bigint(),
  hash: z.instanceof(Uint8Array<ArrayBuffer>),
});

type UnsealedEvent = z.infer<typeof unsealedEvent>;
type Link = z.infer<typeof link>;

/** An event as it was read; nobody knows yet whether it can be understood. */
interface EventRow {
  readonly tenantId: string;
  readonly tx: string;
  readonly position: string;
}

// Any number will do that nothing else locks.
const sealerLock = 7_302_191;

/**
 * Gives up to `limit` committed events their place in their tenants' hash chains; returns how many it took up.
 * An event below the oldest running transaction can have no earlier one still to come, so the order is final. A tenant
 * whose events cannot be sealed is set apart and tried again later; the others go on.
 */
export async function sealAuditEvents(
  { database, doorbell, log }: Pick<Services, 'database' | 'doorbell' | 'log'>,
  limit: number,
): Promise<number> {
  const { count, tenantIds, faults } = await database.asSystem((tx) => sealNext(tx, limit), {
    role: 'sealer',
  });
  for (const fault of faults) log.error(fault, 'the audit events of a tenant could not be sealed');
  for (const tenantId of tenantIds) doorbell.ring(auditChannel(tenantId));
  return count;
}

interface Fault {
  readonly err: unknown;
  readonly tenantId: string;
}

interface Sealing {
  readonly count: number;
  readonly tenantIds: readonly string[];
  readonly faults: readonly Fault[];
}

async function sealNext(tx: Transaction, limit: number): Promise<Sealing> {
  const [lock] = await tx.$queryRaw<{ isMine: boolean }[]>`
    select pg_try_advisory_xact_lock(${sealerLock}::bigint) as "isMine"`;
  if (lock?.isMine !== true) return { count: 0, tenantIds: [], faults: [] };
  const rows = await unsealedEvents(tx, limit);
  const faults = await sealAlone(tx, rows);
  const again = await retryHeld(tx, limit);
  const failed = new Set(faults.map(({ tenantId }) => tenantId));
  const sealed = tenantsOf(rows).filter((tenantId) => !failed.has(tenantId));
  return {
    count: rows.length,
    tenantIds: [...sealed, ...again.tenantIds],
    faults: [...faults, ...again.faults],
  };
}

/** All in one go as a rule; if that fails, tenant by tenant, and those at fault are held back. */
async function sealAlone(tx: Transaction, rows: readonly EventRow[]): Promise<readonly Fault[]> {
  if (rows.length === 0) return [];
  const faults: Fault[] = [];
  const sealEach = isolating(async (tenants: readonly (readonly EventRow[])[]) => {
    await inSavepoint(tx, () => seal(tx, tenants.flat()));
    return tenants;
  });
  const tenants = [...Map.groupBy(rows, ({ tenantId }) => tenantId).values()];
  const results = await sealEach(tenants);
  for (const [index, result] of results.entries()) {
    const [first] = tenants[index] ?? [];
    if (!(result instanceof Error) || first === undefined) continue;
    if (concernsAll(result)) throw result;
    await holdBack(tx, first);
    faults.push({ err: result, tenantId: first.tenantId });
  }
  return faults;
}

async function seal(tx: Transaction, rows: readonly EventRow[]): Promise<void> {
  const events = z.array(unsealedEvent).parse(rows);
  await insertSeals(tx, events, await lastLinks(tx, tenantsOf(events)));
}

async function unsealedEvents(tx: Transaction, limit: number): Promise<readonly EventRow[]> {
  return tx.$queryRaw<readonly EventRow[]>`
    select ${eventColumns}, e.tx::text as tx, e.position::text as position
    from audit.event e
    where (e.tx, e.position) > (
        coalesce((select tx from audit.seal order by tx desc, position desc limit 1), '0'::xid8),
        coalesce((select position from audit.seal order by tx desc, position desc limit 1), 0))
      and e.tx < pg_snapshot_xmin(pg_current_snapshot())
      and e.tenant_id not in (select tenant_id from audit.unsealed)
    order by e.tx, e.position
    limit ${limit}`;
}

/** From this event on the tenant is tried apart: each time later, up to an hour. */
async function holdBack(tx: Transaction, { tenantId, tx: at, position }: EventRow): Promise<void> {
  await tx.$executeRaw`
    insert into audit.unsealed as known (tenant_id, tx, position, retry_at)
    values (${tenantId}::uuid, ${at}::xid8, ${position}::bigint, now() + interval '1 s')
    on conflict (tenant_id) do update
    set failures = known.failures + 1,
      retry_at = now() + least(3600, 2 ^ least(known.failures, 12)) * interval '1 s'`;
}

/** One tenant a turn: when it is sealed up to the present, it goes with the others again. */
async function retryHeld(tx: Transaction, limit: number): Promise<Sealing> {
  const [held] = await tx.$queryRaw<readonly EventRow[]>`
    select tenant_id::text as "tenantId", tx::text as tx, position::text as position
    from audit.unsealed where retry_at <= now() order by retry_at limit 1`;
  if (held === undefined) return { count: 0, tenantIds: [], faults: [] };
  const { tenantId } = held;
  const rows = await tx.$queryRaw<readonly EventRow[]>`
    select ${eventColumns}, e.tx::text as tx, e.position::text as position
    from audit.event e
    where (e.tx, e.position) >= (${held.tx}::xid8, ${held.position}::bigint)
      and e.tenant_id = ${tenantId}::uuid and e.tx < pg_snapshot_xmin(pg_current_snapshot())
      and not exists (select from audit.seal s where s.tenant_id = e.tenant_id and s.event_id = e.id)
    order by e.tx, e.position
    limit ${limit}`;
  const faults = await sealAlone(tx, rows);
  if (faults.length === 0 && rows.length < limit)
    await tx.$executeRaw`delete from audit.unsealed where tenant_id = ${tenantId}::uuid`;
  return { count: rows.length, tenantIds: faults.length === 0 ? [tenantId] : [], faults };
}

async function lastLinks(tx: Transaction, tenantIds: readonly string[]): Promise<Link[]> {
  const rows = await tx.$queryRaw`
    select last.tenant_id::text as "tenantId", last.seq, last.hash
    from unnest(${[...tenantIds]}::uuid[]) as tenant(id)
    cross join lateral (
      select * from audit.seal s where s.tenant_id = tenant.id order by s.seq desc limit 1) as last`;
  return z.array(link).parse(rows);
}

async function insertSeals(
  tx: Transaction,
  events: readonly UnsealedEvent[],
  last: readonly Link[],
): Promise<void> {
  const chains = new Map(last.map((one) => [one.tenantId, one]));
  const seals = events.map((event) => {
    const before = chains.get(event.tenantId);
    const seq = (before?.seq ?? 0n) + 1n;
    const previous = before?.hash ?? genesisHash;
    const hash = chainHash(previous, event, seq);
    chains.set(event.tenantId, { tenantId: event.tenantId, seq, hash });
    return {
      tenant_id: event.tenantId,
      seq: String(seq),
      event_id: event.id,
      previous_hash: byteaOf(previous),
      hash: byteaOf(hash),
      tx: event.tx,
      position: event.position,
    };
  });
  await tx.$executeRaw`
    insert into audit.seal (tenant_id, seq, event_id, previous_hash, hash, tx, position)
    select * from jsonb_to_recordset(${JSON.stringify(seals)}::jsonb) as seal(
      tenant_id uuid, seq bigint, event_id uuid, previous_hash bytea, hash bytea, tx xid8, position bigint)`;
}

function tenantsOf(events: readonly Pick<EventRow, 'tenantId'>[]): readonly string[] {
  return [...new Set(events.map(({ tenantId }) => tenantId))];
}

function byteaOf(bytes: Uint8Array): string {
  return `\\x${Buffer.from(bytes).toString('hex')}`;
}
