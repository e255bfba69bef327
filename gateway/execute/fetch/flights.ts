import type { Flights } from './call-subgraph.ts';
import type { SubgraphResponse } from '../transport/port.ts';

interface Flight {
  readonly response: Promise<SubgraphResponse>;
  readonly controller: AbortController;
  waiting: number;
}

/** Single flight: the first of equal requests goes out, the others wait for its answer. */
export function createFlights(): Flights {
  const flights = new Map<string, Flight>();
  // Another may fly under its key since all were forgotten.
  const land = (key: string, flight: Flight): void => {
    if (flights.get(key) === flight) flights.delete(key);
  };
  return {
    forget: () => flights.clear(),
    share: async (key, signal, send) => {
      let flight = flights.get(key);
      if (flight === undefined) {
        const controller = new AbortController();
        flight = { response: send(controller.signal), controller, waiting: 0 };
        flights.set(key, flight);
        const started = flight;
        const end = (): void => land(key, started);
        flight.response.then(end, end);
      }
      const joined = flight;
      joined.waiting++;
      // The shared request ends early only when the last of those who wait has gone.
      const leave = (): void => {
        if (--joined.waiting === 0) {
          land(key, joined);
          joined.controller.abort();
        }
      };
      signal.addEventListener('abort', leave, { once: true });
      try {
        return await joined.response;
      } finally {
        signal.removeEventListener('abort', leave);
      }
    },
  };
}
