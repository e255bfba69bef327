import type { SubgraphTransport } from './port.ts';

/** What a subgraph in the same process offers; the platform's subgraphs have this shape. */
export interface LocalSubgraph {
  execute: SubgraphTransport['execute'];
  subscribe: SubgraphTransport['subscribe'];
}

/** A subgraph that is called and not sent to; whoever made it disposes of it. */
export function createInProcessTransport(subgraph: LocalSubgraph): SubgraphTransport {
  return {
    execute: (request) => subgraph.execute(request),
    subscribe: (request) => subgraph.subscribe(request),
    close: () => Promise.resolve(),
  };
}
