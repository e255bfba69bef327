import type { Transaction } from '../../kernel/database/database.ts';
import type { Services } from '../context.ts';

/** A delivery that this process is to make now. */
export interface ClaimedDelivery {
  readonly tenantId: string;
  readonly id: string;
  readonly webhookId: string;
  /** Null for a ping. */
  readonly jobId: string | null;
  readonly seq: number | null;
  readonly createdAt: Date;
  /** Says whose claim it is. */
  readonly claim: number;
  /** With the one to come. */
  readonly tries: number;
  readonly maxTries: number;
  readonly url: string;
  readonly secretVersion: number;
  readonly sealed: unknown;
  /** Null when there is none that is live. */
  readonly previousSealed: unknown;
  /** The span that the job was submitted in; null where nothing was traced. */
  readonly traceparent: string | null;
}

/** How long a claim holds, milliseconds: longer than any try, so that only a worker that died lets it end. */
const leaseMs = 60_000;
/** Under way to one endpoint at once, over all workers; to one whose last try failed, one. */
const maxOfWebhook = 4;
/** Under way for one tenant at once, over all workers. More than it may have endpoints, so that failing ones leave room. */
const maxOfTenant = 32;
/** Claims of a delivery whose workers died, beyond its tries. */
export const spareTries = 3;
/** Tenants of one claim. */
const maxTenants = 100;

/** Claims what is due, tenants taking turns, and those of one tenant its endpoints. */
export async function claimDeliveries(
  { database }: Pick<Services, 'database'>,
  limit: number,
): Promise<readonly ClaimedDelivery[]> {
  return database.asSystem(async (tx) => {
    const tenants = await lockTenants(tx);
    return tenants.length === 0 ? [] : claimOf(tx, tenants, limit);
  });
}

/** Those that have something due and are looked at by nobody else; what is counted of theirs stands still until the commit. */
async function lockTenants(tx: Transaction): Promise<readonly string[]> {
  const rows = await tx.$queryRaw<readonly { tenantId: string }[]>`
    select feed.tenant_id::text as "tenantId" from jobs.webhook_feed as feed
    join access.tenant on tenant.id = feed.tenant_id and tenant.suspended_at is null
    cross join lateral (
      select 1 from jobs.webhook as hook
      cross join lateral (
        select 1 from jobs.webhook_delivery as delivery
        where delivery.tenant_id = hook.tenant_id and delivery.webhook_id = hook.id
          and delivery.state = 'PENDING' and delivery.next_at <= now()
        order by delivery.next_at limit 1) as due
      where hook.tenant_id = feed.tenant_id and hook.disabled_at is null limit 1) as has_due
    order by random() limit ${maxTenants} for update of feed skip locked`;
  return rows.map(({ tenantId }) => tenantId);
}

// Each endpoint is asked for its first few by the index: numbering before the limit would read all that waits.
async function claimOf(
  tx: Transaction,
  tenants: readonly string[],
  limit: number,
): Promise<readonly ClaimedDelivery[]> {
  return tx.$queryRaw<readonly ClaimedDelivery[]>`
    with tenant as (
      select wanted.id, ${maxOfTenant} - (
        select count(*) from jobs.webhook_delivery as busy
        where busy.tenant_id = wanted.id and busy.is_claimed and busy.next_at > now()) as free
      from unnest(${tenants}::uuid[]) as wanted(id)
    ), hook as (
      select hook.tenant_id, hook.id, tenant.free as tenant_free,
        case when hook.failing_since is null then ${maxOfWebhook} else 1 end - (
          select count(*) from jobs.webhook_delivery as busy
          where busy.tenant_id = hook.tenant_id and busy.webhook_id = hook.id and busy.is_claimed and busy.next_at > now()) as free
      from tenant join jobs.webhook as hook on hook.tenant_id = tenant.id and hook.disabled_at is null
    ), first as (
      select hook.*, delivery.id as delivery_id, delivery.next_at,
        row_number() over (partition by hook.tenant_id, hook.id order by delivery.next_at) as place
      from hook cross join lateral (
        select id, next_at from jobs.webhook_delivery as delivery
        where delivery.tenant_id = hook.tenant_id and delivery.webhook_id = hook.id
          and delivery.state = 'PENDING' and delivery.next_at <= now() and delivery.tries < delivery.max_tries + ${spareTries}
        order by next_at limit ${maxOfWebhook}) as delivery
    ), due as (
      select tenant_id, delivery_id as id, tenant_free, row_number() over (partition by tenant_id order by place, next_at) as turn
      from first where place <= free
    ), chosen as (
      select tenant_id, id from due where turn <= tenant_free order by turn limit ${limit}
    )
    update jobs.webhook_delivery as delivery
    set is_claimed = true, claim = claim + 1, attempts = attempts + 1, tries = tries + 1, tried_at = clock_timestamp(),
      next_at = clock_timestamp() + ${leaseMs} * interval '1 millisecond'
    from chosen, jobs.webhook as hook
    where delivery.tenant_id = chosen.tenant_id and delivery.id = chosen.id
      and hook.tenant_id = delivery.tenant_id and hook.id = delivery.webhook_id
    returning delivery.tenant_id::text as "tenantId", delivery.id::text, delivery.webhook_id::text as "webhookId",
      delivery.job_id::text as "jobId", delivery.seq, delivery.created_at as "createdAt", delivery.claim, delivery.tries,
      delivery.max_tries as "maxTries", hook.url, hook.secret_version as "secretVersion", hook.sealed,
      case when hook.previous_until > now() then hook.previous_sealed end as "previousSealed",
      (select traceparent from jobs.job_io where job_id = delivery.job_id) as traceparent`;
}
