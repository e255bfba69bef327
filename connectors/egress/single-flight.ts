import { abortReason, untilAborted } from './abort.ts';

/** Equal requests made while one is under way share its answer. */
export interface SingleFlight<T> {
  join(
    key: string,
    signal: AbortSignal,
    start: (signal: AbortSignal) => Promise<T>,
  ): Promise<Landing<T>>;
}

export interface Landing<T> {
  readonly value: T;
  /** True for those that joined a flight of somebody else. */
  readonly isShared: boolean;
}

interface Flight<T> {
  readonly result: Promise<T>;
  readonly controller: AbortController;
  passengers: number;
}

export function createSingleFlight<T>(): SingleFlight<T> {
  const flights = new Map<string, Flight<T>>();

  function depart(key: string, start: (signal: AbortSignal) => Promise<T>): Flight<T> {
    const controller = new AbortController();
    const flight: Flight<T> = { result: fly(), controller, passengers: 0 };
    flights.set(key, flight);
    return flight;

    async function fly(): Promise<T> {
      try {
        return await start(controller.signal);
      } finally {
        if (flights.get(key)?.controller === controller) flights.delete(key);
      }
    }
  }

  return {
    async join(key, signal, start) {
      const known = flights.get(key);
      const flight = known ?? depart(key, start);
      flight.passengers += 1;
      try {
        return { value: await untilAborted(flight.result, signal), isShared: known !== undefined };
      } finally {
        flight.passengers -= 1;
        // Nobody waits any more: stop the work, and let no newcomer board it.
        if (flight.passengers === 0 && signal.aborted) {
          if (flights.get(key) === flight) flights.delete(key);
          flight.controller.abort(abortReason(signal));
        }
      }
    },
  };
}
