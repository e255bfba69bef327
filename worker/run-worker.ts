import { openServices } from '../core/open-services.ts';
import type { Config } from '../kernel/config/config.ts';
import { startHealthServer } from '../kernel/health-server.ts';
import type { Logger } from '../kernel/logger.ts';
import { createReadiness, type Readiness } from '../kernel/readiness.ts';
import { sleep } from '../kernel/retry/sleep.ts';
import { stopped } from '../kernel/shutdown.ts';
import type { Metrics } from '../kernel/telemetry.ts';
import { tuneLogs } from '../kernel/tune-logs.ts';
import { createPerformCall } from './perform-call.ts';
import { endWorker } from './end-worker.ts';
import { createLanes } from './quarantine/lanes.ts';
import { startWatchdog } from './watchdog/watchdog.ts';
import { createWorker, type Worker } from './worker.ts';
import { observeWork, showWorker } from './worker-metrics.ts';

/** Runs a worker as a process of its own until the signal aborts; what it holds then is finished or given back. */
export async function runWorker(config: Config, log: Logger, signal: AbortSignal): Promise<void> {
  tuneLogs(log, signal);
  await using services = await openServices(config, log, signal);
  const lanes = createLanes({ ...services, config, databaseUrl: services.database.url });
  const perform = createPerformCall(services);
  await using worker = createWorker({
    ...{ ...services, ...observeWork(services) },
    verbs: services,
    perform,
    config,
    lanes,
    poisonJobs: config.poison.jobs,
  });
  const { muteMs } = config.poison;
  await using watchdog = startWatchdog({ ...services, owner: worker.id, muteMs });
  const readiness = createReadiness({ database: services.database.check }, signal);
  await using health = await serveHealth(config, worker, { ...services, readiness });
  worker.start();
  if (health !== undefined) log.info({ url: health.url }, 'health and metrics');
  await stopped(signal);
  log.info('stopping');
  // Who looks at readiness sees it before the port is closed; jobs need not wait for that.
  await Promise.all([endWorker(worker, signal.reason, config), sleep(config.drain.delayMs)]);
  await watchdog[Symbol.asyncDispose]();
}

async function serveHealth(
  { host, workerPort }: Config,
  worker: Worker,
  {
    metrics,
    readiness,
  }: { readonly metrics: Metrics; readonly readiness: () => Promise<Readiness> },
) {
  if (workerPort === undefined) return undefined;
  showWorker(metrics, worker);
  return startHealthServer({ host, port: workerPort, metrics, readiness });
}
