import type { VerbContext } from '../../context.ts';
import { startBulk, type StartedBulk } from './start-bulk.ts';

/** Lets all paused jobs that the filter shows go on. */
export function resumeJobs(context: VerbContext, input: unknown): Promise<StartedBulk> {
  return startBulk(context, 'RESUME', input);
}
