import type { OpenServices } from '../core/open-services.ts';
import type { Metrics } from '../kernel/telemetry.ts';
import { observeQueue } from '../queue/observe-queue.ts';
import { showStreams } from './audit-streams.ts';
import { measureAudit } from './audit-watch.ts';
import { observeDeliveries } from './webhooks.ts';
import { observeJobs, showQueue } from './queue-watch.ts';
import type { Worker } from './worker.ts';
import type { WorkerServices } from './worker-services.ts';

/** What a worker is given so that its work is among the metrics of the process. */
export function observeWork({
  metrics,
  queue,
}: Pick<OpenServices, 'metrics' | 'queue'>): Pick<
  WorkerServices,
  'queue' | 'observer' | 'observeDelivery'
> {
  return {
    queue: observeQueue(queue, metrics),
    observer: observeJobs(metrics),
    observeDelivery: observeDeliveries(metrics),
  };
}

/** Puts what a worker knows of now among the metrics of its process. */
export function showWorker(metrics: Metrics, worker: Worker): void {
  metrics.gauge({
    name: 'operandi_worker_jobs',
    help: 'Jobs under way in this process.',
    collect: () => worker.jobCount,
  });
  measureAudit(metrics, () => worker.measured.audit);
  showStreams(metrics, () => worker.measured.streams);
  showQueue(metrics, () => worker.measured.depth);
  metrics.gauge({
    name: 'operandi_webhook_due_deliveries',
    help: 'Deliveries of all tenants that are due and not under way.',
    collect: () => worker.measured.webhooks.due,
  });
  metrics.gauge({
    name: 'operandi_webhook_oldest_due_seconds',
    help: 'How long the oldest of them has been due.',
    collect: () => worker.measured.webhooks.oldestSeconds,
  });
  showHistory(metrics, worker);
}

function showHistory(metrics: Metrics, worker: Worker): void {
  metrics.gauge({
    name: 'operandi_history_missing_months',
    help: 'Tables of history that this month and the next lack.',
    collect: () => worker.measured.history.missingMonths,
  });
  metrics.gauge({
    name: 'operandi_warehouse_behind_seconds',
    help: 'How far the copy of a warehouse is behind; 0 without one.',
    collect: () => worker.measured.history.warehouseSeconds,
  });
  metrics.gauge({
    name: 'operandi_retention_behind_seconds',
    help: 'How long this process has not come to an end of what is too old to be kept.',
    collect: () => worker.retentionLagSeconds,
  });
}
