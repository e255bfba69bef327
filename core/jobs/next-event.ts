import { isCandidate } from '../../engine/event-hints.ts';
import { maxConsumed, type EventHint, type EventRef } from '../../engine/host.ts';
import type { CloudEvent } from '../../engine/host.ts';
import type { Transaction } from '../../kernel/database/database.ts';
import { parseJson } from '../../kernel/json.ts';
import type { Services } from '../context.ts';
import { read } from '../read.ts';
import { holdEvents } from './deliver-event.ts';

/** What a listener asks for. */
export interface EventWish {
  readonly tenantId: string;
  readonly jobId: string;
  /** The event it had last; absent: it begins to listen, and may have what came since its job was submitted. */
  readonly after?: EventRef | undefined;
  readonly hints: readonly EventHint[];
  /** What is not for it, the newest last. */
  readonly consumed: readonly EventRef[];
}

/** Events of a tenant that are kept for those who listen later. */
const keptEvents = 10_000;
/** Events of one look. */
const pageSize = 100;

interface Row {
  readonly position: bigint;
  readonly event: string;
}

/**
 * The first event that one of the hints fits out of those that came while the listener was busy with the one before, or
 * before it began to listen. Ask when the wait is durable, then later events answer the wait.
 */
export async function nextEvent(
  { database }: Pick<Services, 'database'>,
  wish: EventWish,
): Promise<CloudEvent | undefined> {
  const { tenantId, hints, consumed } = wish;
  const types = typesOf(hints);
  const isConsumed = new Set(consumed.map(identityOf));
  return read({ database, actor: { tenantId } }, async (tx) => {
    await holdEvents(tx, tenantId);
    let from =
      wish.after === undefined
        ? await beginning(tx, wish)
        : await positionOf(tx, tenantId, wish.after);
    while (from !== undefined) {
      const rows = await tx.$queryRaw<readonly Row[]>`
        select position, event::text as event from jobs.inbound_event
        where tenant_id = ${tenantId}::uuid and position > ${from}
          and (${types === undefined} or type = any(${types ?? []}::text[]))
        order by position limit ${pageSize}`;
      const found = rows
        .values()
        .map(({ event }) => asEvent(event))
        .find((event) => isCandidate(hints, event) && !isConsumed.has(identityOf(event)));
      if (found !== undefined) return found;
      from = rows.length < pageSize ? undefined : rows.at(-1)?.position;
    }
    return undefined;
  });
}

// Only `deliverEvent` writes there.
function asEvent(text: string): CloudEvent {
  return parseJson(text) as CloudEvent;
}

/** Behind what the events begin that may be for a new listener; undefined when there is none. */
async function beginning(
  tx: Transaction,
  { tenantId, jobId, consumed }: EventWish,
): Promise<bigint | undefined> {
  // Positions follow the order of commits, times that of beginnings: the first by time is near the first by position.
  const [row] = await tx.$queryRaw<readonly { first: bigint | null; floor: bigint | null }[]>`
    select (
      select min(position) from (
        select position from jobs.inbound_event
        where tenant_id = ${tenantId}::uuid and received_at > (select created_at from jobs.job where id = ${jobId}::uuid)
        order by received_at limit 1000) as early
    ) as first, (
      select position from jobs.inbound_event where tenant_id = ${tenantId}::uuid
      order by position desc offset ${keptEvents} limit 1
    ) as floor`;
  if (row === undefined || row.first === null) return undefined;
  const [oldest] = consumed;
  const known =
    oldest === undefined || consumed.length < maxConsumed
      ? undefined
      : await positionOf(tx, tenantId, oldest);
  const places = [row.first - 1n, row.floor ?? 0n, known ?? 0n];
  return places.reduce((most, each) => (each > most ? each : most));
}

async function positionOf(
  tx: Transaction,
  tenantId: string,
  { source, id }: EventRef,
): Promise<bigint | undefined> {
  const [row] = await tx.$queryRaw<readonly { position: bigint }[]>`
    select position from jobs.inbound_event
    where tenant_id = ${tenantId}::uuid and source = ${source} and event_id = ${id}`;
  return row?.position;
}

function identityOf({ source, id }: EventRef): string {
  return JSON.stringify([source, id]);
}

/** The types that the hints allow; undefined: any. */
function typesOf(hints: readonly EventHint[]): readonly string[] | undefined {
  const types = hints.flatMap(({ type }) => type ?? []);
  return types.length === hints.length ? types : undefined;
}
