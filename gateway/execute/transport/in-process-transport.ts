import { AppError } from '../../../kernel/errors.ts';
import type { SubgraphTransport } from './port.ts';

/** What a subgraph in the same process offers; the platform's subgraphs have this shape. */
export interface LocalSubgraph {
  execute: SubgraphTransport['execute'];
  subscribe: SubgraphTransport['subscribe'];
}

/** A subgraph that is called and not sent to; whoever made it disposes of it. */
export function createInProcessTransport(subgraph: LocalSubgraph): SubgraphTransport {
  return {
    execute: (request) => {
      if (request.files === undefined) return subgraph.execute(request);
      return Promise.reject(new AppError('BAD_USER_INPUT', 'This subgraph takes no files'));
    },
    subscribe: (request) => subgraph.subscribe(request),
    close: () => Promise.resolve(),
  };
}
