import type { EventHint } from '../../engine/events.ts';
import type { CloudEvent } from '../../engine/host.ts';
import type { Services } from '../context.ts';
import { read } from '../read.ts';
import { lockEvents } from './deliver-event.ts';

/** What a listener asks for that has had an event already. */
export interface EventWish {
  readonly tenantId: string;
  /** The event it had last. */
  readonly after: { readonly source: string; readonly id: string };
  readonly hints: readonly EventHint[];
}

/**
 * The first event behind another that one of the hints fits: what came while the listener was busy with the one before.
 * Ask when the wait is durable, then later events answer the wait.
 */
export async function nextEvent(
  { database }: Pick<Services, 'database'>,
  { tenantId, after, hints }: EventWish,
): Promise<CloudEvent | undefined> {
  const found = await read({ database, actor: { tenantId } }, async (tx) => {
    await lockEvents(tx, tenantId);
    return tx.$queryRaw<readonly { event: CloudEvent }[]>`
      select event from jobs.inbound_event
      where tenant_id = ${tenantId}::uuid and position > (
          select position from jobs.inbound_event
          where tenant_id = ${tenantId}::uuid and source = ${after.source} and event_id = ${after.id})
        and exists (select from jsonb_array_elements(${JSON.stringify(hints)}::jsonb) as hint where event::jsonb @> hint)
      order by position limit 1`;
  });
  return found[0]?.event;
}
