import type { Config } from '../kernel/config/config.ts';
import { StrayFault } from '../kernel/last-net.ts';
import type { Worker } from './worker.ts';

/** Ends a worker for the reason that its process has to stop. */
export async function endWorker(
  worker: Worker,
  reason: unknown,
  { drain }: Pick<Config, 'drain'>,
): Promise<void> {
  if (reason instanceof StrayFault) await worker.fall(reason, drain.deadlineMs);
  else await worker.drain(drain.deadlineMs);
}
