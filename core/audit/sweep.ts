import type { Services } from '../context.ts';
import { isInItsCluster } from './sealer-state.ts';

/** An event that only somebody with rights on the database can have put where it stands. */
export interface Stray {
  readonly tenantId: string;
  readonly eventId: string;
}

/**
 * Looks at the next `limit` events, walking round all of them again and again, for those that have no seal although
 * later ones have. They are noted, told of and never sealed; returns those found now.
 */
export async function sweepAuditEvents(
  { database, log }: Pick<Services, 'database' | 'log'>,
  limit: number,
): Promise<readonly Stray[]> {
  const found = await database.asSystem(async (tx) => {
    if (!(await isInItsCluster(tx))) return [];
    return tx.$queryRaw<Stray[]>`
      with mark as (select * from audit.sealer for update skip locked),
      portion as (
        select e.tenant_id, e.id, e.tx, e.position from audit.event e, mark
        where mark.swept_id is null or (e.tenant_id, e.id) > (mark.swept_tenant_id, mark.swept_id)
        order by e.tenant_id, e.id limit ${limit}
      ), last as (
        select tenant_id, id from portion order by tenant_id desc, id desc limit 1
      ), moved as (
        update audit.sealer set
          swept_tenant_id = case when (select count(*) from portion) = ${limit} then (select tenant_id from last) end,
          swept_id = case when (select count(*) from portion) = ${limit} then (select id from last) end
        where exists (select from mark)
      )
      insert into audit.stray (tenant_id, event_id)
      select p.tenant_id, p.id from portion p, mark
      where ((p.tx, p.position) <= (mark.tx, mark.position)
          or p.tx >= pg_snapshot_xmax(pg_current_snapshot()))
        and not exists (select from audit.seal s where s.tenant_id = p.tenant_id and s.event_id = p.id)
        and not exists (select from audit.chain c where c.tenant_id = p.tenant_id and c.event_id = p.id)
        and not exists (select from audit.backlog b where b.tenant_id = p.tenant_id and b.event_id = p.id)
        and not exists (
          select from audit.unsealed u where u.tenant_id = p.tenant_id and (p.tx, p.position) >= (u.tx, u.position))
      on conflict do nothing
      returning tenant_id::text as "tenantId", event_id::text as "eventId"`;
  });
  for (const stray of found)
    log.error(stray, 'an audit event was put before others that are sealed; it is not sealed');
  return found;
}
