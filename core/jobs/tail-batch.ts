import type { Batch } from '../../prisma/_generated/client.ts';
import { NotFoundError } from '../../kernel/errors.ts';
import { sleep } from '../../kernel/retry/sleep.ts';
import { permit } from '../access/permit.ts';
import type { VerbContext } from '../context.ts';
import { ringOrPoll } from '../ring-or-poll.ts';
import { loadBatch } from './batch.ts';
import { eventChannel } from './channels.ts';
import { allCount, loadBatchCounts, overCount, type StateCount } from './load-batch-counts.ts';

/** A batch as it stands. */
export interface BatchProgress {
  readonly batch: Batch;
  readonly counts: readonly StateCount[];
}

interface TailBatch {
  readonly id: string;
  readonly signal: AbortSignal;
}

const pollMs = 2_000;
/** Between two looks at a batch whose jobs change all the time. */
const gapMs = 500;

/** A batch as it stands and whenever its numbers change, until all of its jobs are over. */
export async function tailBatch(
  context: VerbContext,
  { id, signal }: TailBatch,
): Promise<AsyncGenerator<BatchProgress, void, undefined>> {
  await permit(context, 'JOBS_READ');
  if ((await loadBatch(context, id)) === null) throw new NotFoundError('JobBatch', id);
  return follow(context, { id, signal });
}

async function* follow(
  context: VerbContext,
  { id, signal }: TailBatch,
): AsyncGenerator<BatchProgress, void, undefined> {
  const channel = eventChannel(context.actor.tenantId);
  using rings = ringOrPoll(context, { channel, pollMs, signal });
  let told = '';
  while (!signal.aborted) {
    const now = await rings.share(`counts of batch ${id}`, () => look(context, id));
    if (now === undefined) return;
    const text = JSON.stringify([now.batch.submitted, now.counts]);
    if (text !== told) yield now;
    told = text;
    if (isAllOver(now)) return;
    await sleep(gapMs, signal).catch(() => undefined);
    await rings.next();
  }
}

async function look(context: VerbContext, id: string): Promise<BatchProgress | undefined> {
  const [batch, counts] = await Promise.all([
    loadBatch(context, id),
    loadBatchCounts(context, [id]),
  ]);
  return batch === null ? undefined : { batch, counts: counts.get(id) ?? [] };
}

function isAllOver({ batch, counts }: BatchProgress): boolean {
  return batch.submitted > 0 && overCount(counts) === allCount(counts);
}
