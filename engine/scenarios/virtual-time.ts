import { setImmediate as nextTurn } from 'node:timers/promises';

/** Turns of the event loop in which nothing happens before time moves on. */
const patience = 12;

interface Sleeper {
  readonly at: number;
  readonly wake: () => void;
}

/** A clock that stands still while something can happen, and then jumps to what is due next. */
export interface VirtualTime {
  /** Epoch milliseconds. */
  now(): number;
  /** Resolves at that moment or, early, when the signal aborts. */
  until(at: number, signal: AbortSignal): Promise<void>;
  /** Something happens at this moment: time does not move on before it has had its effect. */
  stir(): void;
}

/** A clock that begins at a moment, epoch milliseconds. */
export function createVirtualTime(startAt: number): VirtualTime {
  const sleepers = new Set<Sleeper>();
  let now = startAt;
  let stirs = 0;
  let isPumping = false;

  async function untilQuiet(): Promise<void> {
    for (let seen = -1; seen !== stirs;) {
      seen = stirs;
      for (let turn = 0; turn < patience; turn += 1) await nextTurn();
    }
  }

  async function pump(): Promise<void> {
    isPumping = true;
    while (sleepers.size > 0) {
      await untilQuiet();
      const [next] = [...sleepers].toSorted((one, other) => one.at - other.at);
      if (next === undefined) break;
      now = Math.max(now, next.at);
      next.wake();
    }
    isPumping = false;
  }

  return {
    now: () => now,
    stir() {
      stirs += 1;
    },
    until(at, signal) {
      stirs += 1;
      if (at <= now || signal.aborted) return Promise.resolve();
      return new Promise((resolve) => {
        const wake = (): void => {
          sleepers.delete(sleeper);
          signal.removeEventListener('abort', wake);
          stirs += 1;
          resolve();
        };
        const sleeper = { at, wake };
        sleepers.add(sleeper);
        signal.addEventListener('abort', wake, { once: true });
        if (!isPumping) void pump();
      });
    },
  };
}
