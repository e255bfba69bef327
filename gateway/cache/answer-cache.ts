import { LRUCache } from 'lru-cache';

import type { Clock } from '../../kernel/clock.ts';
import type { OperationRequest } from '../operation.ts';
import type { GraphSubgraph } from '../supergraph/graph.ts';
import { type CallerRules, headersOfRequest } from './caller-key.ts';
import { type FetchRules, readFetchRules } from './fetch-rules.ts';
import type { CacheFlights } from './flights.ts';
import type { KeepingRules } from './keepable.ts';
import { RequestCache } from './request-cache.ts';
import type { CacheRules } from './schema-rules.ts';
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

/** The cache as one supergraph uses it. */
export interface AnswerCache {
  /** For one query: what was found and what came is noted there. */
  forRequest(request: OperationRequest): RequestCache;
}

const MAX_FETCHES = 10_000;

export function createAnswerCache(
  parts: AnswerCacheParts,
  rules: CacheRules,
  subgraphs: ReadonlyMap<string, GraphSubgraph>,
): AnswerCache {
  const fetches = new LRUCache<string, FetchRules>({ max: MAX_FETCHES });
  const rulesOf = (service: string, operation: string): FetchRules => {
    const key = `${service}\n${operation}`;
    const known = fetches.get(key) ?? readFetchRules(rules, operation, service);
    fetches.set(key, known);
    return known;
  };
  const schema = {
    rulesOf,
    entityTags: (type: string, service: string) => rules.tagsAt(type, service),
  };
  return {
    forRequest: (request) => new RequestCache({ parts, schema, subgraphs, request }),
  };
}

/** Names of headers as rules compare them; those of each request never count. */
export function ignoring(names: readonly string[]): ReadonlySet<string> {
  return new Set([...headersOfRequest, ...names.map((name) => name.toLowerCase())]);
}
