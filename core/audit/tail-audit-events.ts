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

/** Sealed events of the tenant as they come, in order and without gaps; ends when the signal aborts. */
export async function* tailAuditEvents(
  context: VerbContext,
  { after, signal }: TailOptions,
): AsyncGenerator<ListedEvent, void, undefined> {
  await permit(context, 'AUDIT_READ');
  const { actor } = context;
  const from = typeof after === 'string' ? eventIdOf(after, actor.tenantId) : undefined;
  using rings = ringOrPoll(context, { channel: auditChannel(actor.tenantId), pollMs, signal });
  let { seq, isReached } = await startOf(context, from);
  const isOver = (): boolean => signal.aborted;
  while (!isOver()) {
    const last = seq;
    const events = await rings.share(`seals ${String(last)}`, () =>
      sealedEventsAfter(context, { seq: last, limit: batchSize }),
    );
    for (const event of events) {
      if (isOver()) return;
      seq = BigInt(event.seq ?? seq);
      // The event of the cursor has been sealed since, and others before it.
      if (isReached) yield event;
      else isReached = event.id === from;
    }
    if (events.length < batchSize) await rings.next();
  }
}

function eventIdOf(after: string, tenantId: string): string | undefined {
  const [id] = decodeCursor({ sort: eventSort, tenantId, path: 'after' }, after);
  return id;
}

interface Start {
  readonly seq: bigint;
  /** False while the event of the cursor waits for its seal. */
  readonly isReached: boolean;
}

interface Known {
  readonly own: bigint | null;
  readonly isWaiting: boolean;
  readonly last: bigint | null;
  readonly forgotten: bigint | null;
}

/** The number of the event of the cursor; if it has none yet, or there is no cursor, the last number of all. */
async function startOf(context: VerbContext, from: string | undefined): Promise<Start> {
  const { tenantId } = context.actor;
  const id = from ?? null;
  const [row] = await read(
    context,
    (tx) => tx.$queryRaw<Known[]>`
      select
        (select seq from audit.seal where tenant_id = ${tenantId}::uuid and event_id = ${id}::uuid) as own,
        exists (select from audit.event where tenant_id = ${tenantId}::uuid and id = ${id}::uuid) as "isWaiting",
        (select max(seq) from audit.seal where tenant_id = ${tenantId}::uuid) as last,
        (select size from audit.stub where tenant_id = ${tenantId}::uuid) as forgotten`,
  );
  return row === undefined ? { seq: 0n, isReached: true } : startAfter(row, from);
}

function startAfter({ own, isWaiting, last, forgotten }: Known, from: string | undefined): Start {
  if (own !== null) return { seq: own, isReached: true };
  if (isWaiting) return { seq: last ?? 0n, isReached: false };
  // An event that is not there any more was forgotten: what follows begins where the log does.
  const begin = from === undefined ? last : (forgotten ?? last);
  return { seq: begin ?? 0n, isReached: true };
}
