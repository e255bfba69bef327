import { isCandidate } from '../../engine/event-hints.ts';
import type { EventHint } from '../../engine/host.ts';
import type { CloudEvent } from '../../engine/host.ts';
import { parseJson } from '../../kernel/json.ts';
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

/** Events of one look. */
const pageSize = 100;

interface Position {
  readonly position: bigint;
}

interface Row extends Position {
  readonly event: string;
}

/**
 * The first event behind another that one of the hints fits: what came while the listener was busy with the one before.
 * Ask when the wait is durable, then later events answer the wait.
 */
export async function nextEvent(
  { database }: Pick<Services, 'database'>,
  { tenantId, after, hints }: EventWish,
): Promise<CloudEvent | undefined> {
  const types = typesOf(hints);
  return read({ database, actor: { tenantId } }, async (tx) => {
    await lockEvents(tx, tenantId);
    let [page] = await tx.$queryRaw<readonly Position[]>`
      select position from jobs.inbound_event
      where tenant_id = ${tenantId}::uuid and source = ${after.source} and event_id = ${after.id}`;
    while (page !== undefined) {
      const rows = await tx.$queryRaw<readonly Row[]>`
        select position, event::text as event from jobs.inbound_event
        where tenant_id = ${tenantId}::uuid and position > ${page.position}
          and (${types === undefined} or type = any(${types ?? []}::text[]))
        order by position limit ${pageSize}`;
      const found = rows
        .values()
        .map(({ event }) => asEvent(event))
        .find((event) => isCandidate(hints, event));
      if (found !== undefined) return found;
      page = rows.length < pageSize ? undefined : rows.at(-1);
    }
    return undefined;
  });
}

// Only `deliverEvent` writes there.
function asEvent(text: string): CloudEvent {
  return parseJson(text) as CloudEvent;
}

/** The types that the hints allow; undefined: any. */
function typesOf(hints: readonly EventHint[]): readonly string[] | undefined {
  const types = hints.flatMap(({ type }) => type ?? []);
  return types.length === hints.length ? types : undefined;
}
