import type { Clock } from '../../kernel/clock.ts';
import type { CallerRules } from './caller-key.ts';
import type { CacheFlights } from './flights.ts';
import type { KeepingRules } from './keepable.ts';
import type { CacheStore } from './store.ts';

/** What is set for one subgraph. */
export interface SubgraphCaching extends CallerRules, KeepingRules {
  readonly isEnabled: boolean;
}

/** What a part of an answer came from. */
export type CacheSource =
  'memory or Redis' | 'another request' | 'the subgraph' | 'the subgraph, kept';

/** The cache of one gateway: it outlives supergraphs. */
export interface AnswerCacheParts {
  readonly store: CacheStore;
  readonly flights: CacheFlights;
  readonly clock: Clock;
  readonly subgraph: (name: string) => SubgraphCaching;
  readonly count: (subgraph: string, source: CacheSource, parts: number) => void;
}
