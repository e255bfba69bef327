import type { Doorbell } from '../kernel/doorbell/doorbell.ts';

interface RingOptions {
  readonly doorbell: Doorbell;
  readonly channel: string;
  /** Longest wait: rings may be lost, so the database is looked at this often anyway. */
  readonly pollMs: number;
  readonly signal: AbortSignal;
}

/** Waits for reasons to look into the database again; dispose it to stop listening. */
export interface Rings extends Disposable {
  /** Resolves at the next ring, after the poll time, or when the signal aborts; never rejects. */
  next(): Promise<void>;
}

/** A ring that comes while nobody waits counts for the next wait, so none falls between two looks. */
export function ringOrPoll({ doorbell, channel, pollMs, signal }: RingOptions): Rings {
  let isRung = false;
  let wake: (() => void) | undefined;
  const onWake = () => {
    isRung = true;
    wake?.();
  };
  const stop = doorbell.listen(channel, onWake);
  signal.addEventListener('abort', onWake, { once: true });
  return {
    async next() {
      if (!isRung && !signal.aborted) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, pollMs);
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
      wake = undefined;
      isRung = false;
    },
    [Symbol.dispose]() {
      stop();
      signal.removeEventListener('abort', onWake);
    },
  };
}
