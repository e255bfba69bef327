import type { Backtest } from '../../../prisma/_generated/client.ts';
import { NotFoundError } from '../../../kernel/errors.ts';
import type { VerbContext } from '../../context.ts';
import { ringOrPoll } from '../../ring-or-poll.ts';
import { backtestChannel } from './backtest.ts';
import { findBacktest } from './list-backtests.ts';

const pollMs = 1_000;

/** A backtest as it stands now, then whenever it has moved; ends with it. */
export async function tailBacktest(
  context: VerbContext,
  { id, signal }: { readonly id: string; readonly signal: AbortSignal },
): Promise<AsyncGenerator<Backtest, void, undefined>> {
  const first = await findBacktest(context, id);
  if (first === null) throw new NotFoundError('Backtest', id);
  return follow(context, first, signal);
}

async function* follow(
  context: VerbContext,
  first: Backtest,
  signal: AbortSignal,
): AsyncGenerator<Backtest, void, undefined> {
  const channel = backtestChannel(context.actor.tenantId);
  using rings = ringOrPoll(context, { channel, pollMs, signal });
  let last = first;
  yield last;
  while (!signal.aborted && last.state === 'RUNNING') {
    await rings.next();
    const now = await rings.share(`backtest ${last.id}`, () => findBacktest(context, first.id));
    if (now === null) return;
    if (isMoved(last, now)) yield now;
    last = now;
  }
}

function isMoved(before: Backtest, now: Backtest): boolean {
  return (['state', 'same', 'changed', 'unknown'] as const).some((key) => before[key] !== now[key]);
}
