import type { GatewayConfig } from './config.ts';
import type { Flights } from './executor/call-subgraph.ts';
import { createFlights } from './executor/flights.ts';
import { createSharedAnswers, type SharedAnswers } from './http/shared-answers.ts';

/** Reads that are under way, of clients and of subgraphs, for others to join. */
export interface SharedReads {
  readonly answers: SharedAnswers | undefined;
  readonly flights: Flights | undefined;
  /** A mutation has ended: nobody joins what was read before. */
  forget(): void;
}

export function createSharedReads({ execution }: GatewayConfig): SharedReads {
  const answers = execution.isInboundShared ? createSharedAnswers() : undefined;
  const flights = execution.isOutboundShared ? createFlights() : undefined;
  return {
    answers,
    flights,
    forget: () => {
      answers?.forget();
      flights?.forget();
    },
  };
}
