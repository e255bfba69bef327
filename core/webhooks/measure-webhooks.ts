import type { Services } from '../context.ts';

/** How far deliveries are behind, over all tenants. */
export interface WebhookMeasure {
  /** Deliveries that are due and not under way, counted up to a bound for each endpoint. */
  readonly due: number;
  /** How long the oldest of them has been due, seconds. */
  readonly oldestSeconds: number;
}

/** Due deliveries of one endpoint that are counted. */
const mostOfWebhook = 1_000;

/** Looks at the front of every endpoint that is not disabled, by its index. */
export async function measureWebhooks({
  database,
}: Pick<Services, 'database'>): Promise<WebhookMeasure> {
  const [row] = await database.asSystem(
    (tx) => tx.$queryRaw<readonly WebhookMeasure[]>`
      select count(*)::int as due,
        coalesce(extract(epoch from now() - min(waiting.next_at)), 0)::float8 as "oldestSeconds"
      from jobs.webhook as hook
      join access.tenant on tenant.id = hook.tenant_id and tenant.suspended_at is null
      cross join lateral (
        select next_at from jobs.webhook_delivery as delivery
        where delivery.tenant_id = hook.tenant_id and delivery.webhook_id = hook.id
          and delivery.state = 'PENDING' and delivery.next_at <= now()
        order by delivery.next_at limit ${mostOfWebhook}) as waiting
      where hook.disabled_at is null`,
    { isReadOnly: true },
  );
  return row ?? { due: 0, oldestSeconds: 0 };
}
