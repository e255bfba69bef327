import type { VerbContext } from '../../context.ts';
import { startBulk, type StartedBulk } from './start-bulk.ts';

/** Starts all ended jobs that the filter shows and that did not succeed again. */
export function redriveJobs(context: VerbContext, input: unknown): Promise<StartedBulk> {
  return startBulk(context, 'REDRIVE', input);
}
