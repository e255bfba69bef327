import { onPool } from '../../queue/statement.ts';
import { currentCursor, tailTenantEvents } from '../../queue/tail-events.ts';
import type { EventCursor, StoredEvent } from '../../queue/tail-events.ts';
import type { VerbContext } from '../context.ts';
import { ringOrPoll } from '../ring-or-poll.ts';
import { eventChannel } from './channels.ts';
import { parseTenantCursor } from './job-event.ts';

const batchSize = 100;
/** Short, as an event shows itself only when all transactions that began before it are over, which rings no bell. */
const pollMs = 250;

export interface TailOptions {
  /** Begin after this cursor; without one, with what happens from now on. */
  readonly after?: string | null | undefined;
  readonly signal: AbortSignal;
}

/** Events of all jobs of the tenant in the order of commits, in batches; ends when the signal aborts. */
export async function tailTenant(
  context: VerbContext,
  { after, signal }: TailOptions,
): Promise<AsyncGenerator<readonly StoredEvent[], void, undefined>> {
  const { database, actor } = context;
  const isResumed = typeof after === 'string';
  const start = isResumed
    ? parseTenantCursor(actor.tenantId, after)
    : await currentCursor(onPool(database.pool));
  return follow(context, start, signal);
}

async function* follow(
  { database, doorbell, actor }: VerbContext,
  start: EventCursor,
  signal: AbortSignal,
): AsyncGenerator<readonly StoredEvent[], void, undefined> {
  const { tenantId } = actor;
  using rings = ringOrPoll({ doorbell, channel: eventChannel(tenantId), pollMs, signal });
  let cursor = start;
  while (!signal.aborted) {
    const wanted = { tenantId, after: cursor, limit: batchSize };
    const events = await tailTenantEvents(database.pool, wanted);
    cursor = events.at(-1)?.cursor ?? cursor;
    if (events.length > 0) yield events;
    if (events.length < batchSize) await rings.next();
  }
}
