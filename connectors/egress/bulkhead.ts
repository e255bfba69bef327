import { AppError } from '../../kernel/errors.ts';
import { abortReason } from './abort.ts';

/** Bounds what one connection can take of the process: so many in flight, so many waiting, no more. */
export interface Bulkhead {
  run<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T>;
  readonly active: number;
  readonly queued: number;
}

interface BulkheadOptions {
  readonly name: string;
  readonly concurrency: number;
  readonly maxQueued: number;
}

/**
 * First come, first served; one that gives up leaves the queue at once.
 * Written here because cockatiel's lets a newcomer overtake the queue and keeps aborted entries in it.
 */
export function createBulkhead({ name, concurrency, maxQueued }: BulkheadOptions): Bulkhead {
  const waiting = new Set<() => void>();
  let active = 0;

  async function enter(signal: AbortSignal): Promise<void> {
    if (signal.aborted) throw abortReason(signal);
    if (waiting.size >= maxQueued) {
      throw new AppError('RATE_LIMITED', `${name} has ${String(maxQueued)} calls waiting already`, {
        retryAfterMs: 1000,
      });
    }
    await waitForSlot(waiting, signal);
  }

  // The slot passes to the next in line without becoming free in between.
  function leave(): void {
    const [next] = waiting;
    if (next === undefined) active -= 1;
    else next();
  }

  return {
    async run(work, signal) {
      // Mostly there is a place, and nothing is waited for.
      if (active < concurrency && !signal.aborted) active += 1;
      else await enter(signal);
      try {
        return await work();
      } finally {
        leave();
      }
    },
    get active() {
      return active;
    },
    get queued() {
      return waiting.size;
    },
  };
}

function waitForSlot(waiting: Set<() => void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const giveUp = (): void => {
      waiting.delete(start);
      reject(abortReason(signal));
    };
    const start = (): void => {
      waiting.delete(start);
      signal.removeEventListener('abort', giveUp);
      resolve();
    };
    waiting.add(start);
    signal.addEventListener('abort', giveUp, { once: true });
  });
}
