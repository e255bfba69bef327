import type { PlanRoot } from './plan.ts';
import type { PlannedSupergraph } from './planner.ts';

/** What the planning thread is started with. */
export interface WorkerStart {
  readonly supergraphSdl: string;
}

/** One operation to plan. */
export interface PlanRequest {
  readonly document: string;
  readonly overrides: readonly string[];
}

/** What the planning thread says. */
export type WorkerMessage =
  | { readonly kind: 'ready'; readonly supergraph: PlannedSupergraph }
  | { readonly kind: 'broken'; readonly message: string }
  | { readonly kind: 'planned'; readonly plan: PlanRoot | undefined }
  | { readonly kind: 'refused'; readonly message: string };

/** Both ends are this folder's files, loaded from one build: the shape is known, only presence is checked. */
export function readWorkerStart(data: unknown): WorkerStart {
  if (typeof data !== 'object' || data === null || !('supergraphSdl' in data)) {
    throw new Error('The planning thread was started without a supergraph');
  }
  return { supergraphSdl: String(data.supergraphSdl) };
}

export function isPlanRequest(data: unknown): data is PlanRequest {
  return typeof data === 'object' && data !== null && 'document' in data && 'overrides' in data;
}
