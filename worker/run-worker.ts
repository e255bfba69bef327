import { openServices } from '../core/open-services.ts';
import type { Config } from '../kernel/config/config.ts';
import { startHealthServer } from '../kernel/health-server.ts';
import type { Logger } from '../kernel/logger.ts';
import { createReadiness, type Readiness } from '../kernel/readiness.ts';
import { sleep } from '../kernel/retry/sleep.ts';
import { stopped } from '../kernel/shutdown.ts';
import { createMetrics, type Metrics } from '../kernel/telemetry.ts';
import { measureAudit } from './audit-watch.ts';
import { createPerformCall } from './perform-call.ts';
import { endWorker } from './end-worker.ts';
import { createLanes } from './quarantine/lanes.ts';
import { observeJobs, showQueue } from './queue-watch.ts';
import { startWatchdog } from './watchdog/watchdog.ts';
import { createWorker, type Worker } from './worker.ts';

/** Runs a worker as a process of its own until the signal aborts; what it holds then is finished or given back. */
export async function runWorker(config: Config, log: Logger, signal: AbortSignal): Promise<void> {
  await using services = await openServices(config, log, signal);
  const lanes = createLanes({ ...services, config, databaseUrl: services.database.url });
  const perform = createPerformCall(services);
  const metrics = createMetrics({ hasProcessMetrics: true });
  await using worker = createWorker({
    ...services,
    verbs: services,
    perform,
    config,
    lanes,
    poisonJobs: config.poison.jobs,
    observer: observeJobs(metrics),
  });
  const { muteMs } = config.poison;
  await using watchdog = startWatchdog({ ...services, owner: worker.id, muteMs });
  const readiness = createReadiness({ database: services.database.check }, signal);
  await using health = await serveHealth(config, worker, { metrics, readiness });
  worker.start();
  if (health !== undefined) log.info({ url: health.url }, 'health and metrics');
  await stopped(signal);
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
  metrics.gauge({
    name: 'operandi_worker_jobs',
    help: 'Jobs under way in this process.',
    collect: () => worker.jobCount,
  });
  measureAudit(metrics, () => worker.audit);
  showQueue(metrics, () => worker.depth);
  return startHealthServer({ host, port: workerPort, metrics, readiness });
}
