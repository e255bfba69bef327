import type { VerbContext } from '../../context.ts';
import { startBulk, type StartedBulk } from './start-bulk.ts';

/** Ends all jobs that the filter shows and that are not over. */
export function cancelJobs(context: VerbContext, input: unknown): Promise<StartedBulk> {
  return startBulk(context, 'CANCEL', input);
}
