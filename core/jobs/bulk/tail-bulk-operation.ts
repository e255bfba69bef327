import type { BulkOperation } from '../../../prisma/_generated/client.ts';
import { NotFoundError } from '../../../kernel/errors.ts';
import { permit } from '../../access/permit.ts';
import type { VerbContext } from '../../context.ts';
import { ringOrPoll } from '../../ring-or-poll.ts';
import { bulkChannel } from './bulk-operation.ts';
import { findBulkOperation } from './list-bulk-operations.ts';

const pollMs = 1_000;

/** An operation as it stands now, then whenever it has moved; ends with it. */
export async function tailBulkOperation(
  context: VerbContext,
  { id, signal }: { readonly id: string; readonly signal: AbortSignal },
): Promise<AsyncGenerator<BulkOperation, void, undefined>> {
  await permit(context, 'JOBS_READ');
  const first = await findBulkOperation(context, id);
  if (first === null) throw new NotFoundError('BulkOperation', id);
  return follow(context, first, signal);
}

async function* follow(
  context: VerbContext,
  first: BulkOperation,
  signal: AbortSignal,
): AsyncGenerator<BulkOperation, void, undefined> {
  const channel = bulkChannel(context.actor.tenantId);
  using rings = ringOrPoll(context, { channel, pollMs, signal });
  let last = first;
  yield last;
  while (!signal.aborted && last.state === 'RUNNING') {
    await rings.next();
    const now = await rings.share(`bulk ${last.id}`, () => findBulkOperation(context, first.id));
    if (now === null) return;
    if (isMoved(last, now)) yield now;
    last = now;
  }
}

function isMoved(before: BulkOperation, now: BulkOperation): boolean {
  return (['state', 'done', 'skipped', 'failed'] as const).some((key) => before[key] !== now[key]);
}
