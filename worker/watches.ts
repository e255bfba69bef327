import type { LogMeasure } from '../core/audit/measure-log.ts';
import { measureStreams, type StreamMeasure } from '../core/audit/streams/measure-streams.ts';
import type { Services } from '../core/context.ts';
import { measureHistory, type HistoryMeasure } from '../core/history/measure-history.ts';
import { measureQueue, type QueueDepth } from '../core/jobs/measure-queue.ts';
import { measureWebhooks, type WebhookMeasure } from '../core/webhooks/measure-webhooks.ts';
import { createAuditWatch } from './audit-watch.ts';
import type { Chore } from './every.ts';
import { createWatch } from './watch.ts';

/** What a worker knows of all tenants; nothing before its first looks. */
export interface Measured {
  /** How far the sealing of the audit log is behind. */
  readonly audit: LogMeasure;
  /** How deep the queue is. */
  readonly depth: readonly QueueDepth[];
  /** How far deliveries of webhooks are behind. */
  readonly webhooks: WebhookMeasure;
  /** How far audit streams are behind. */
  readonly streams: StreamMeasure;
  /** How the tables of months stand, and a warehouse. */
  readonly history: HistoryMeasure;
}

/** Measures from time to time, beginning with the first chores. */
export function openWatches(services: Pick<Services, 'database' | 'log'>): {
  readonly measured: Measured;
  readonly chores: readonly Chore[];
} {
  const audit = createAuditWatch(services);
  const depth = createWatch<readonly QueueDepth[]>('measure-queue', [], () =>
    measureQueue(services),
  );
  const webhooks = createWatch('measure-webhooks', { due: 0, oldestSeconds: 0 }, () =>
    measureWebhooks(services),
  );
  const streams = createWatch(
    'measure-audit-streams',
    { behind: 0, oldestSeconds: 0, failing: 0 },
    () => measureStreams(services),
  );
  const history = createWatch('measure-history', { missingMonths: 0, warehouseSeconds: 0 }, () =>
    measureHistory(services),
  );
  return {
    measured: {
      get audit() {
        return audit.last;
      },
      get depth() {
        return depth.last;
      },
      get webhooks() {
        return webhooks.last;
      },
      get streams() {
        return streams.last;
      },
      get history() {
        return history.last;
      },
    },
    chores: [audit, depth, webhooks, streams, history].flatMap(({ chores }) => chores),
  };
}
