import type { JobWholeFragment } from '../../_generated/documents.ts';

/** True for a job that is over and can begin again. */
export function isRedrivable({ state }: JobWholeFragment): boolean {
  return ['FAILED', 'CANCELLED', 'DEAD'].includes(state);
}
