import { onPool } from '../../queue/statement.ts';
import { currentCursor, tailTenantEvents } from '../../queue/tail-events.ts';
import type { StoredEvent } from '../../queue/tail-events.ts';
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
export async function* tailTenant(
  context: VerbContext,
  { after, signal }: TailOptions,
): AsyncGenerator<readonly StoredEvent[], void, undefined> {
  const { database, doorbell, actor } = context;
  const { tenantId } = actor;
  using rings = ringOrPoll({ doorbell, channel: eventChannel(tenantId), pollMs, signal });
  let cursor =
    typeof after === 'string'
      ? parseTenantCursor(tenantId, after)
      : await currentCursor(onPool(database.pool));
  while (!signal.aborted) {
    const events = await tailTenantEvents(database.pool, {
      tenantId,
      after: cursor,
      limit: batchSize,
    });
    cursor = events.at(-1)?.cursor ?? cursor;
    if (events.length > 0) yield events;
    if (events.length < batchSize) await rings.next();
  }
}
