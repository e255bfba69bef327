import { setTimeout as delay } from 'node:timers/promises';

const tickMs = 10;

/** Performs the acts in their order, evenly spread over the time, so that their consequences do not come all at once. */
export async function spread(acts: readonly (() => void)[], overMs: number): Promise<void> {
  const ticks = Math.max(1, Math.floor(overMs / tickMs));
  const perTick = Math.max(1, acts.length / ticks);
  for (let done = 0, tick = 1; done < acts.length; tick += 1) {
    const until = Math.min(acts.length, Math.ceil(tick * perTick));
    for (const act of acts.slice(done, until)) act();
    done = until;
    if (done < acts.length) await delay(Math.max(tickMs, overMs / acts.length));
  }
}
