import type { Logger } from '../kernel/logger.ts';
import { sleep } from '../kernel/retry/sleep.ts';

/** Something a worker does again and again beside its jobs. */
export interface Chore {
  readonly name: string;
  readonly intervalMs: number;
  /** True asks for the next turn at once: there is more to do. */
  turn(): Promise<boolean>;
}

/** The longest wait after a failed turn, milliseconds: leases run out while heartbeats fail. */
const failedWaitMs = 1_000;

/** Does a chore until the signal aborts; a failed turn is logged and the next one follows soon. */
export async function every(chore: Chore, log: Logger, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    let waitMs = chore.intervalMs;
    const hasMore = await Promise.resolve()
      .then(() => chore.turn())
      .catch((error: unknown) => {
        log.warn({ err: error, chore: chore.name }, 'a chore failed');
        waitMs = Math.min(waitMs, failedWaitMs);
        return false;
      });
    if (!hasMore) await sleep(jittered(waitMs), signal).catch(() => undefined);
  }
}

/** Spread by a quarter to both sides, so that the workers of a fleet do not move in step. */
export function jittered(ms: number): number {
  return ms * (0.75 + Math.random() / 2);
}
