import type { BatchCollector } from './batching.ts';
import type { Connector } from './connector.ts';
import type { Egress } from './egress/egress.ts';
import { createHttpConnector } from './http/http-connector.ts';

/** What connectors share within a process. */
export interface ConnectorServices {
  readonly egress: Egress;
  readonly batches: BatchCollector;
}

/** Every kind of integration that this process can call. */
export function createConnectors(services: ConnectorServices): ReadonlyMap<string, Connector> {
  const connectors = [createHttpConnector(services)];
  return new Map(connectors.map((connector) => [connector.kind, connector]));
}
