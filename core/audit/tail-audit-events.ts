import { permit } from '../access/permit.ts';
import type { VerbContext } from '../context.ts';
import { decodeCursor } from '../pagination.ts';
import { read } from '../read.ts';
import { ringOrPoll } from '../ring-or-poll.ts';
import { auditChannel } from './audit-channel.ts';
import { eventSort } from './audit-event.ts';
import type { ListedEvent } from './audit-event.ts';
import { sealedEventsAfter } from './sealed-events.ts';

const batchSize = 100;
const pollMs = 1_000;

export interface TailOptions {
  /** Begin after this cursor; without one, with what is sealed from now on. */
  readonly after?: string | null | undefined;
  readonly signal: AbortSignal;
}

/** A place in the order of commits, by which events are sealed. */
interface Place {
  readonly tx: bigint;
  readonly position: bigint;
}

/** Sealed events of the tenant as they come, in order and without gaps; ends when the signal aborts. */
export async function* tailAuditEvents(
  context: VerbContext,
  { after, signal }: TailOptions,
): AsyncGenerator<ListedEvent, void, undefined> {
  await permit(context, 'AUDIT_READ');
  const { doorbell, actor } = context;
  const start = typeof after === 'string' ? placeOf(after, actor.tenantId) : undefined;
  using rings = ringOrPoll({ doorbell, channel: auditChannel(actor.tenantId), pollMs, signal });
  let seq = await lastSeq(context, start);
  while (!signal.aborted) {
    const after = seq;
    const events = await rings.share(`seals ${String(after)}`, () =>
      sealedEventsAfter(context, { seq: after, limit: batchSize }),
    );
    for (const event of events) {
      seq = BigInt(event.seq ?? seq);
      // The event of the cursor may have been sealed since, and others before it.
      if (start === undefined || isAfter(event, start)) yield event;
    }
    if (events.length < batchSize) await rings.next();
  }
}

function placeOf(after: string, tenantId: string): Place {
  const [, tx = '0', position = '0'] = decodeCursor(
    { sort: eventSort, tenantId, path: 'after' },
    after,
  );
  return { tx: BigInt(tx), position: BigInt(position) };
}

function isAfter(event: ListedEvent, start: Place): boolean {
  const tx = BigInt(event.tx);
  return tx > start.tx || (tx === start.tx && BigInt(event.position) > start.position);
}

/** The last seal at or before the place, or the last of all. */
async function lastSeq(context: VerbContext, start: Place | undefined): Promise<bigint> {
  const tx = start === undefined ? null : String(start.tx);
  const position = start?.position ?? null;
  const rows = await read(
    context,
    (transaction) => transaction.$queryRaw<{ seq: bigint }[]>`
      select seq from audit.seal
      where tenant_id = ${context.actor.tenantId}::uuid
        and (${tx}::xid8 is null or (tx, position) <= (${tx}::xid8, ${position}::bigint))
      order by seq desc limit 1`,
  );
  return rows[0]?.seq ?? 0n;
}
