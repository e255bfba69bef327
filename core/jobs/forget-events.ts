import type { Services } from '../context.ts';

/** How long an event is known by its source and id, and kept for those who listen later, days. */
const eventDays = 30;
/** The same as a number of events of one tenant. */
const maxEvents = 100_000;

/** Forgets the oldest events of all tenants, at most `limit`; answers how many. */
export async function forgetEvents(
  { database }: Pick<Services, 'database'>,
  limit: number,
  most: { readonly events: number } = { events: maxEvents },
): Promise<number> {
  return database.asSystem(
    (tx) => tx.$executeRaw`
      delete from jobs.inbound_event where (tenant_id, id) in (
        (select tenant_id, id from jobs.inbound_event
         where received_at < now() - ${eventDays} * interval '1 day' order by received_at limit ${limit})
        union
        (select event.tenant_id, event.id from access.tenant
         cross join lateral (
           select position from jobs.inbound_event where tenant_id = tenant.id
           order by position desc offset ${most.events} limit 1
         ) as full_of
         cross join lateral (
           select tenant_id, id from jobs.inbound_event
           where tenant_id = tenant.id and position <= full_of.position order by position limit ${limit}
         ) as event
         limit ${limit}))`,
  );
}
