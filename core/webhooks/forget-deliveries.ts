import type { Services } from '../context.ts';
import { spareTries } from './claim-deliveries.ts';

/** How long a delivery that is over is kept, days. */
const keptDays = 14;

/** Deletes at most `limit` deliveries that have been over for long, the oldest first; answers how many. */
export async function forgetDeliveries(
  { database }: Pick<Services, 'database'>,
  limit: number,
): Promise<number> {
  return database.asSystem(
    (tx) => tx.$executeRaw`
      delete from jobs.webhook_delivery where (tenant_id, id) in (
        select tenant_id, id from jobs.webhook_delivery
        where finished_at < now() - ${keptDays} * interval '1 day' order by finished_at limit ${limit})`,
  );
}

/** Gives up those at which workers die again and again; answers how many. */
export async function giveUpDeadly({ database }: Pick<Services, 'database'>): Promise<number> {
  return database.asSystem(
    (tx) => tx.$executeRaw`
      update jobs.webhook_delivery set state = 'FAILED', is_claimed = false, next_at = null, finished_at = clock_timestamp(),
        error = 'the platform broke off each time it was delivered'
      where is_claimed and next_at <= now() and tries >= max_tries + ${spareTries}`,
  );
}

/** Deliveries that may wait for one endpoint. */
const maxPending = 100_000;

/** Disables endpoints that fall too far behind, so that what waits for one has an end; answers how many. */
export async function disableLaggards(
  { database }: Pick<Services, 'database'>,
  most: number = maxPending,
): Promise<number> {
  const reason = `more than ${String(most)} deliveries waited for it`;
  return database.asSystem(
    (tx) => tx.$executeRaw`
      with laggard as (
        update jobs.webhook as hook
        set disabled_at = clock_timestamp(), updated_at = clock_timestamp(), disabled_reason = ${reason}
        where hook.disabled_at is null and exists (
          select from jobs.webhook_delivery as delivery
          where delivery.tenant_id = hook.tenant_id and delivery.webhook_id = hook.id and delivery.state = 'PENDING'
          order by delivery.next_at offset ${most} limit 1)
        returning tenant_id, id
      )
      insert into audit.event (tenant_id, id, action, actor_kind, actor_id, actor_name, target_kind, target_id, data)
      select tenant_id, audit.new_id(), 'webhook.disable', 'system', 'operandi', 'operandi', 'webhook', id::text,
        jsonb_build_object('reason', ${reason}::text)
      from laggard`,
  );
}
