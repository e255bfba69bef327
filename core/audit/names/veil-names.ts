import type { Database, Transaction } from '../../../kernel/database/database.ts';
import { concernsAll } from '../../../kernel/database/faults.ts';
import { saltBytes } from '../../../sdk/src/verify/index.ts';
import type { Services } from '../../context.ts';
import { subjectKey, type DataKey } from '../../jobs/sensitive/data-key.ts';
import { erasedAmong } from './erased-members.ts';
import { commitName, nameSaltOf, veilName } from './veil.ts';

/** In the place of the salt of a name that is veiled. */
const noSalt = Buffer.alloc(saltBytes);

type Needs = Pick<Services, 'database' | 'keyring' | 'log'>;

/** Tenants of one turn, and events of each. */
export interface VeilPortion {
  readonly tenants: number;
  readonly events: number;
}

interface Named {
  readonly id: string;
  readonly actorId: string;
  readonly name: string;
  readonly at: Date;
  readonly salts: Uint8Array;
}

/**
 * Moves names of people out of sealed events and under keys of their own, tenant by tenant: one that cannot be served is
 * told of and tried again, the others go on. Answers whether there may be more.
 */
export async function veilNames(
  services: Needs,
  { tenants, events }: VeilPortion,
): Promise<boolean> {
  const { database, log } = services;
  let isMore = false;
  for (const tenantId of await tenantsWithNames(database, tenants)) {
    try {
      isMore = (await veilOfTenant(services, tenantId, events)) === events || isMore;
    } catch (error) {
      if (concernsAll(error)) throw error;
      log.error({ err: error, tenantId }, 'names in the audit log of a tenant could not be veiled');
    }
  }
  return isMore;
}

/** Some of them, from a random place on, so that none is left out for good however many there are. */
async function tenantsWithNames(
  database: Pick<Database, 'asSystem'>,
  limit: number,
): Promise<readonly string[]> {
  const rows = await database.asSystem(
    (tx) => tx.$queryRaw<{ tenantId: string }[]>`
      with recursive start as (select gen_random_uuid() as id), walk as (
        (select tenant_id, 1 as n from audit.event, start
         where actor_kind = 'user' and actor_name <> '' and tenant_id >= start.id
         order by tenant_id limit 1)
        union all
        select (select tenant_id from audit.event
                where actor_kind = 'user' and actor_name <> '' and tenant_id > walk.tenant_id
                order by tenant_id limit 1), n + 1
        from walk where walk.tenant_id is not null and n < ${limit}
      ), again as (
        (select tenant_id, 1 as n from audit.event
         where actor_kind = 'user' and actor_name <> '' order by tenant_id limit 1)
        union all
        select (select tenant_id from audit.event
                where actor_kind = 'user' and actor_name <> '' and tenant_id > again.tenant_id
                order by tenant_id limit 1), n + 1
        from again where again.tenant_id is not null and n < ${limit}
      )
      select distinct tenant_id::text as "tenantId"
      from (select tenant_id from walk union all select tenant_id from again) as found
      where tenant_id is not null limit ${limit}`,
    { role: 'sealer' },
  );
  return rows.map(({ tenantId }) => tenantId);
}

async function veilOfTenant(
  { database, keyring }: Needs,
  tenantId: string,
  limit: number,
): Promise<number> {
  return database.asSystem(
    async (tx) => {
      const events = await namedEvents(tx, tenantId, limit);
      if (events.length === 0) return 0;
      const keys = await keysOf(tx, keyring, { tenantId, events });
      const veils = events.map(({ id, name, salts }): Veil => {
        const part = { salt: nameSaltOf(salts), name };
        const key = keys.get(id);
        const sealed = key === undefined ? undefined : veilName(key, id, part);
        return { eventId: id, keyId: key?.id, sealed, commitment: commitName(part) };
      });
      await writeVeils(tx, tenantId, veils);
      return events.length;
    },
    { role: 'sealer' },
  );
}

interface Naming {
  readonly tenantId: string;
  readonly events: readonly Named[];
}

/** By which key each of the tenant's events is veiled; by none where the person was erased after it. */
async function keysOf(
  tx: Transaction,
  keyring: Needs['keyring'],
  { tenantId, events }: Naming,
): Promise<ReadonlyMap<string, DataKey>> {
  const byActor = Map.groupBy(events, ({ actorId }) => actorId);
  const erased = await erasedAmong(tx, keyring, { tenantId, actorIds: [...byActor.keys()] });
  const keys = new Map<string, DataKey>();
  for (const [actorId, own] of byActor) {
    const erasedAt = erased.get(actorId);
    const kept = own.filter(({ at }) => erasedAt === undefined || at > erasedAt);
    if (kept.length === 0) continue;
    const key = await subjectKey(tx, keyring, {
      tenantId,
      subject: { kind: 'member', id: actorId },
    });
    for (const { id } of kept) keys.set(id, key);
  }
  return keys;
}

/** Those that another process is at are left to it. */
async function namedEvents(
  tx: Transaction,
  tenantId: string,
  limit: number,
): Promise<readonly Named[]> {
  return tx.$queryRaw<Named[]>`
    select e.id::text as id, e.actor_id as "actorId", e.actor_name as name, e.at, s.salts
    from audit.event e join audit.seal s on s.tenant_id = e.tenant_id and s.event_id = e.id
    where e.tenant_id = ${tenantId}::uuid and e.actor_kind = 'user' and e.actor_name <> ''
    order by e.id limit ${limit} for update of e skip locked`;
}

interface Veil {
  readonly eventId: string;
  readonly keyId: string | undefined;
  readonly sealed: string | undefined;
  readonly commitment: Buffer;
}

/** By columns, and the commitments in one piece of which each row takes its part. */
async function writeVeils(
  tx: Transaction,
  tenantId: string,
  veils: readonly Veil[],
): Promise<void> {
  await tx.$executeRaw`
    with veil as materialized (
      select event_id, nullif(key_id, '')::uuid as key_id, nullif(sealed, '') as sealed,
        substring(${Buffer.concat(veils.map(({ commitment }) => commitment))}::bytea from (at::int - 1) * 32 + 1 for 32) as commitment
      from unnest(${veils.map(({ eventId }) => eventId)}::uuid[], ${veils.map(({ keyId }) => keyId ?? '')}::text[],
        ${veils.map(({ sealed }) => sealed ?? '')}::text[]) with ordinality as veil(event_id, key_id, sealed, at)
    ), kept as (
      insert into audit.veiled_name (tenant_id, event_id, key_id, sealed, commitment)
      select ${tenantId}::uuid, event_id, key_id, sealed, commitment from veil
    ), emptied as (
      update audit.event e set actor_name = '' from veil
      where e.tenant_id = ${tenantId}::uuid and e.id = veil.event_id
    )
    update audit.seal s
    set salts = overlay(s.salts placing ${noSalt}::bytea from ${saltBytes + 1}::int for ${saltBytes}::int)
    from veil where s.tenant_id = ${tenantId}::uuid and s.event_id = veil.event_id`;
}
