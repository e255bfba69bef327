import type { VerbContext } from '../../context.ts';
import { startBulk, type StartedBulk } from './start-bulk.ts';

/** Stops all jobs that the filter shows until they are resumed. */
export function pauseJobs(context: VerbContext, input: unknown): Promise<StartedBulk> {
  return startBulk(context, 'PAUSE', input);
}
