import type { QueryPlan } from '@graphql-hive/router-query-planner';

/** One operation to plan. */
export interface HiveRequest {
  readonly supergraphSdl: string;
  readonly document: string;
  readonly labels: readonly string[];
  /** Labels `percent(n)` apply where n is more than this. */
  readonly share: number;
}

/** What the planning process says. */
export type HiveAnswer =
  | { readonly kind: 'ready' }
  | { readonly kind: 'planned'; readonly plan: QueryPlan }
  | { readonly kind: 'refused'; readonly message: string };

/** Both ends are this folder's files: the shape is known, only presence is checked. */
export function isHiveRequest(data: unknown): data is HiveRequest {
  return typeof data === 'object' && data !== null && 'supergraphSdl' in data && 'share' in data;
}

export function isHiveAnswer(data: unknown): data is HiveAnswer {
  return typeof data === 'object' && data !== null && 'kind' in data;
}
