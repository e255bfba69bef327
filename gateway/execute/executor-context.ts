import type { GraphQLSchema } from 'graphql';

import type { Planner } from '../plan/planner.ts';
import type { GraphSubgraph } from '../supergraph/graph.ts';
import type { TypeIndex } from '../supergraph/type-index.ts';
import type { CallObserver, Flights } from './call-subgraph.ts';

/** What compiled operations of one graph share. */
export interface ExecutorContext {
  readonly schema: GraphQLSchema;
  readonly types: TypeIndex;
  readonly planner: Planner;
  readonly subgraphs: ReadonlyMap<string, GraphSubgraph>;
  readonly isMerging: boolean;
  readonly flights: Flights | undefined;
  readonly observer: CallObserver;
  readonly responseHeaders?: (
    service: string,
    headers: Readonly<Record<string, string>>,
  ) => Readonly<Record<string, string>>;
}
