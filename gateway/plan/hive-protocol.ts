import type { QueryPlan } from '@graphql-hive/router-query-planner';

/** What the planning process is told first. */
export interface HiveStart {
  readonly supergraphSdl: string;
}

/** One operation to plan. */
export interface HiveRequest {
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
export function isHiveStart(data: unknown): data is HiveStart {
  return typeof data === 'object' && data !== null && 'supergraphSdl' in data;
}

export function isHiveRequest(data: unknown): data is HiveRequest {
  return typeof data === 'object' && data !== null && 'document' in data && 'share' in data;
}

export function isHiveAnswer(data: unknown): data is HiveAnswer {
  return typeof data === 'object' && data !== null && 'kind' in data;
}
