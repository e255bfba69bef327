import { z } from 'zod';

import type { Transaction } from '../../kernel/database/database.ts';
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

// Any number will do that nothing else locks.
const sealerLock = 7_302_191;

/**
 * Gives up to `limit` committed events their place in their tenants' hash chains; returns how many.
 * An event below the oldest running transaction can have no earlier one still to come, so the order is final.
 */
export async function sealAuditEvents(
  { database, doorbell }: Pick<Services, 'database' | 'doorbell'>,
  limit: number,
): Promise<number> {
  const events = await database.asSystem((tx) => sealNext(tx, limit));
  for (const tenantId of tenantsOf(events)) doorbell.ring(auditChannel(tenantId));
  return events.length;
}

async function sealNext(tx: Transaction, limit: number): Promise<readonly UnsealedEvent[]> {
  const [lock] = await tx.$queryRaw<{ isMine: boolean }[]>`
    select pg_try_advisory_xact_lock(${sealerLock}::bigint) as "isMine"`;
  if (lock?.isMine !== true) return [];
  const events = await unsealedEvents(tx, limit);
  if (events.length > 0) await insertSeals(tx, events, await lastLinks(tx, tenantsOf(events)));
  return events;
}

async function unsealedEvents(tx: Transaction, limit: number): Promise<UnsealedEvent[]> {
  const rows = await tx.$queryRaw`
    select ${eventColumns}, e.tx::text as tx, e.position::text as position
    from audit.event e
    where (e.tx, e.position) > (
        coalesce((select tx from audit.seal order by tx desc, position desc limit 1), '0'::xid8),
        coalesce((select position from audit.seal order by tx desc, position desc limit 1), 0))
      and e.tx < pg_snapshot_xmin(pg_current_snapshot())
    order by e.tx, e.position
    limit ${limit}`;
  return z.array(unsealedEvent).parse(rows);
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

function tenantsOf(events: readonly UnsealedEvent[]): readonly string[] {
  return [...new Set(events.map(({ tenantId }) => tenantId))];
}

function byteaOf(bytes: Uint8Array): string {
  return `\\x${Buffer.from(bytes).toString('hex')}`;
}
