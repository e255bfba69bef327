/** Shares a thread among those who compute on it: together at most one slice in each turn of its event loop. */
export interface Turns {
  /** True when the slice of this turn is used up: who computes has to give way. */
  isOver(): boolean;
  /** Resolves when it is one's turn, first come first served. */
  next(): Promise<void>;
}

/** Long enough that giving way costs little, short enough that nobody notices. */
const defaultSliceMs = 5;

/** Between two slices the event loop serves whatever is due: timers, connections, messages. */
export function createTurns(sliceMs: number = defaultSliceMs): Turns {
  const waiting: (() => void)[] = [];
  let isRunning = false;
  let endsAt = 0;

  function begin(): void {
    isRunning = true;
    endsAt = performance.now() + sliceMs;
    setImmediate(end);
  }

  function end(): void {
    isRunning = false;
    const go = waiting.shift();
    if (go === undefined) return;
    begin();
    go();
  }

  return {
    isOver() {
      if (!isRunning) begin();
      return performance.now() >= endsAt;
    },
    next() {
      if (!isRunning) begin();
      return new Promise((resolve) => waiting.push(resolve));
    },
  };
}
