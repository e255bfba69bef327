import type { Transaction } from '../../kernel/database/database.ts';
import { newId } from '../../kernel/ids.ts';
import { type EventCursor, type StoredEvent, tailTenantEvents } from '../../queue/tail-events.ts';
import type { Services } from '../context.ts';
import { maxTries } from './retry-schedule.ts';
import { isFor, type WebhookFilter } from './webhook-matches.ts';

type Needs = Pick<Services, 'database' | 'log'>;

/** Where a tenant's events stand that are not deliveries yet. */
interface Feed extends EventCursor {
  readonly tenantId: string;
}

/** Events of one tenant that become deliveries in one transaction. */
const pageSize = 100;
/** How long a tenant whose events could not be made ready is left alone, seconds. */
const faultSeconds = 5;

/**
 * Makes deliveries of what happened since the last look, a page for each of at most `limit` tenants, those first that were
 * looked at longest ago; true when a tenant may have more. What is wrong with one tenant's is told and does not hold up others.
 */
export async function feedWebhooks(services: Needs, limit: number): Promise<boolean> {
  const feeds = await findFeeds(services, limit);
  let hasMore = feeds.length === limit;
  for (const feed of feeds) {
    try {
      hasMore = (await feedTenant(services, feed)) || hasMore;
    } catch (error) {
      const { tenantId } = feed;
      services.log.error({ err: error, tenantId }, 'events could not be made ready for webhooks');
      await putBack(services, tenantId);
    }
  }
  return hasMore;
}

/** Tenants with something new below the oldest transaction still under way; one probe of an index each. */
async function findFeeds({ database }: Needs, limit: number): Promise<readonly Feed[]> {
  return database.asSystem(
    (tx) => tx.$queryRaw<readonly Feed[]>`
      select feed.tenant_id::text as "tenantId", feed.tx::text, feed.position::text
      from jobs.webhook_feed as feed cross join (select pg_snapshot_xmin(pg_current_snapshot()) as horizon) as now
      where feed.looked_at <= now() and (feed.tx > now.horizon or exists (
        select from jobs.event where event.tenant_id = feed.tenant_id and event.tx >= feed.tx and event.tx < now.horizon
          and (event.tx > feed.tx or event.position > feed.position - 1024)))
      order by feed.looked_at limit ${limit}`,
    { isReadOnly: true },
  );
}

/** Others come first; it is tried again after a while. */
async function putBack({ database }: Needs, tenantId: string): Promise<void> {
  await database.asSystem(
    (tx) => tx.$executeRaw`
      update jobs.webhook_feed set looked_at = now() + ${faultSeconds} * interval '1 second'
      where tenant_id = ${tenantId}::uuid`,
  );
}

async function feedTenant({ database }: Needs, feed: Feed): Promise<boolean> {
  const { tenantId } = feed;
  const wanted = { tenantId, after: { tx: feed.tx, position: feed.position }, limit: pageSize };
  const { events, next } = await tailTenantEvents(database.pool, wanted);
  await database.asSystem(async (tx) => {
    if (!(await moveOn(tx, feed, next))) return;
    if (BigInt(next.tx) < BigInt(feed.tx)) await beginAnew(tx, tenantId);
    const webhooks = await findWebhooks(tx, tenantId);
    if (webhooks.length === 0 || events.length === 0) return;
    await insertDeliveries(tx, tenantId, {
      events: await withAgents(tx, tenantId, events),
      webhooks,
    });
  });
  return events.length === pageSize;
}

/** False when another worker has taken this page. */
async function moveOn(tx: Transaction, feed: Feed, next: EventCursor): Promise<boolean> {
  const moved = await tx.$executeRaw`
    update jobs.webhook_feed
    set tx = ${next.tx}::xid8, position = ${next.position}::bigint, looked_at = clock_timestamp()
    where tenant_id = ${feed.tenantId}::uuid and tx = ${feed.tx}::xid8 and position = ${feed.position}::bigint`;
  return moved > 0;
}

/** After a restore into another server its transactions are counted anew: none of them is from before. */
async function beginAnew(tx: Transaction, tenantId: string): Promise<void> {
  await tx.$executeRaw`
    update jobs.webhook set since = '1:1:' where tenant_id = ${tenantId}::uuid`;
}

interface LiveWebhook extends WebhookFilter {
  readonly id: string;
}

async function findWebhooks(tx: Transaction, tenantId: string): Promise<readonly LiveWebhook[]> {
  return tx.$queryRaw<readonly LiveWebhook[]>`
    select id::text, events, agents from jobs.webhook
    where tenant_id = ${tenantId}::uuid and disabled_at is null for key share`;
}

interface OwnedEvent extends StoredEvent {
  readonly agent: { readonly namespace: string; readonly name: string };
}

async function withAgents(
  tx: Transaction,
  tenantId: string,
  events: readonly StoredEvent[],
): Promise<readonly OwnedEvent[]> {
  const jobIds = [...new Set(events.map(({ jobId }) => jobId))];
  const rows = await tx.$queryRaw<readonly { id: string; namespace: string; name: string }[]>`
    select job.id::text, agent.namespace, agent.name
    from unnest(${jobIds}::uuid[]) as wanted(id)
    join jobs.job on job.id = wanted.id and job.tenant_id = ${tenantId}::uuid
    join jobs.agent on agent.tenant_id = job.tenant_id and agent.id = job.agent_id`;
  const agents = new Map(rows.map(({ id, namespace, name }) => [id, { namespace, name }]));
  return events.flatMap((event) => {
    const agent = agents.get(event.jobId);
    return agent === undefined ? [] : [{ ...event, agent }];
  });
}

interface Matter {
  readonly events: readonly OwnedEvent[];
  readonly webhooks: readonly LiveWebhook[];
}

async function insertDeliveries(
  tx: Transaction,
  tenantId: string,
  { events, webhooks }: Matter,
): Promise<void> {
  const rows = events.flatMap((event) =>
    webhooks
      .filter((hook) => isFor(hook, event))
      .map((hook) => ({ id: newId(), webhookId: hook.id, event })),
  );
  if (rows.length === 0) return;
  await tx.$executeRaw`
    insert into jobs.webhook_delivery (tenant_id, id, webhook_id, job_id, seq, type, max_tries)
    select ${tenantId}::uuid, row.id, hook.id, row.job_id, row.seq, row.type, ${maxTries}
    from unnest(${rows.map(({ id }) => id)}::uuid[], ${rows.map(({ webhookId }) => webhookId)}::uuid[],
      ${rows.map(({ event }) => event.jobId)}::uuid[], ${rows.map(({ event }) => event.seq)}::int[],
      ${rows.map(({ event }) => event.type)}::text[], ${rows.map(({ event }) => event.cursor.tx)}::text[]::xid8[])
      as row(id, webhook_id, job_id, seq, type, tx)
    join jobs.webhook as hook on hook.tenant_id = ${tenantId}::uuid and hook.id = row.webhook_id
      and not pg_visible_in_snapshot(row.tx, hook.since)`;
}
