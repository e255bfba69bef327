import { LRUCache } from 'lru-cache';

import type { OperationRequest } from '../operation.ts';
import type { GraphSubgraph } from '../supergraph/graph.ts';
import type { AnswerCacheParts } from './cache-parts.ts';
import { headersOfRequest } from './caller-key.ts';
import { type FetchRules, readFetchRules } from './fetch-rules.ts';
import { RequestCache } from './request-cache.ts';
import type { CacheRules } from './schema-rules.ts';

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
