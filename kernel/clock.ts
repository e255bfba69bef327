/** Where code gets the time from, so that tests can hold it. */
export interface Clock {
  now(): Date;
}

/** The clock of this machine. Leases and timers of jobs use the database's clock instead. */
export const systemClock: Clock = { now: () => new Date() };

/** A clock that stands still until it is moved. */
export interface ManualClock extends Clock {
  /** Moves the clock forward by `ms` milliseconds. */
  advance(ms: number): void;
}

/** Makes a clock for tests, standing at `start`. */
export function manualClock(start: Date): ManualClock {
  let nowMs = start.getTime();
  return {
    now: () => new Date(nowMs),
    advance(ms) {
      nowMs += ms;
    },
  };
}
