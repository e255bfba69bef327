import { openServices } from '../core/open-services.ts';
import type { Config } from '../kernel/config/config.ts';
import type { Logger } from '../kernel/logger.ts';
import { stopped } from '../kernel/shutdown.ts';
import { createPerformCall } from './perform-call.ts';
import { createWorker } from './worker.ts';

/** Runs a worker as a process of its own until the signal aborts; what it holds then is finished or given back. */
export async function runWorker(config: Config, log: Logger, signal: AbortSignal): Promise<void> {
  await using services = await openServices(config, log, signal);
  await using worker = createWorker({ ...services, perform: createPerformCall(services), config });
  worker.start();
  await stopped(signal);
  await worker.drain();
}
