import type { GraphQLSchema } from 'graphql';

import type { AnswerCache } from '../cache/answer-cache.ts';
import type { MeasureFetch } from '../plan/directives/fetch-cost.ts';
import type { Planner } from '../plan/planner.ts';
import type { GraphSubgraph } from '../supergraph/graph.ts';
import type { TypeIndex } from '../supergraph/type-index.ts';
import type { CallObserver, Flights } from './fetch/call-subgraph.ts';

/** Who may see how an answer came about. */
export type Exposure = 'nobody' | 'everybody' | { readonly scope: string };

/** What may be seen of it. */
export interface Expose {
  readonly cache: Exposure;
  readonly queryPlan: Exposure;
}

/** What compiled operations of one graph share. */
export interface ExecutorContext {
  readonly schema: GraphQLSchema;
  readonly types: TypeIndex;
  readonly planner: Planner;
  readonly subgraphs: ReadonlyMap<string, GraphSubgraph>;
  readonly isMerging: boolean;
  readonly flights: Flights | undefined;
  readonly observer: CallObserver;
  /** Undefined where no answers are kept. */
  readonly cache: AnswerCache | undefined;
  readonly expose: Expose;
  readonly measureFetch: MeasureFetch;
  readonly responseHeaders?: (
    service: string,
    headers: Readonly<Record<string, string>>,
  ) => Readonly<Record<string, string>>;
}
