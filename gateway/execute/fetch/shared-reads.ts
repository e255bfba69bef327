import { createSharedAnswers, type SharedAnswers } from '../../answer/shared-answers.ts';
import type { OpenCache } from '../../cache/open-cache.ts';
import type { GatewayConfig } from '../../config/config.ts';
import type { Flights } from './call-subgraph.ts';
import { createFlights } from './flights.ts';
import { passesPersonal } from '../headers/rules.ts';

/** Reads that are under way, of clients and of subgraphs, for others to join. */
export interface SharedReads {
  readonly answers: SharedAnswers | undefined;
  readonly flights: Flights | undefined;
  /** A mutation has ended: nobody joins what was read before. */
  forget(): void;
}

/** Nothing is shared while rules let headers through that may be one visitor's own. */
export function createSharedReads(
  { execution, headers }: GatewayConfig,
  cache: OpenCache | undefined,
): SharedReads {
  const mayShare = !passesPersonal(headers.response);
  const answers = mayShare && execution.isInboundShared ? createSharedAnswers() : undefined;
  const flights = mayShare && execution.isOutboundShared ? createFlights() : undefined;
  const forget = (): void => {
    answers?.forget();
    flights?.forget();
  };
  cache?.store.onForget(forget);
  return {
    answers,
    flights,
    forget: () => {
      forget();
      cache?.forgetFlights();
    },
  };
}
