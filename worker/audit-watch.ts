import { measureLog, type LogMeasure } from '../core/audit/measure-log.ts';
import { sweepAuditEvents } from '../core/audit/sweep.ts';
import type { Services } from '../core/context.ts';
import type { Metrics } from '../kernel/telemetry.ts';
import type { Chore } from './every.ts';

/** Looks after the audit log: what waits too long for its seal, and what can never have one. */
export interface AuditWatch {
  readonly chores: readonly Chore[];
  /** What the last look found. */
  readonly last: LogMeasure;
}

const sweepIntervalMs = 2_000;
const sweepLimit = 2_000;
const measureIntervalMs = 10_000;
/** How long an event may wait for its seal before that is an alarm, seconds. */
const alarmSeconds = 60;

/** Begins with its first chore. */
export function createAuditWatch(services: Pick<Services, 'database' | 'log'>): AuditWatch {
  let last: LogMeasure = { unsealed: 0, oldestSeconds: 0, strays: 0 };
  return {
    get last() {
      return last;
    },
    chores: [
      {
        name: 'sweep-audit',
        intervalMs: sweepIntervalMs,
        turn: () => sweepAuditEvents(services, sweepLimit).then(() => false),
      },
      {
        name: 'measure-audit',
        intervalMs: measureIntervalMs,
        async turn() {
          last = await measureLog(services);
          if (last.oldestSeconds > alarmSeconds)
            services.log.error(last, 'audit events have waited too long for their seal');
          return false;
        },
      },
    ],
  };
}

/** Puts what it finds among the metrics of the process. */
export function measureAudit(metrics: Metrics, watch: () => LogMeasure): void {
  metrics.gauge({
    name: 'operandi_audit_unsealed_events',
    help: 'Audit events of all tenants that wait for their seal.',
    collect: () => watch().unsealed,
  });
  metrics.gauge({
    name: 'operandi_audit_unsealed_seconds',
    help: 'How long the oldest of them has waited.',
    collect: () => watch().oldestSeconds,
  });
  metrics.gauge({
    name: 'operandi_audit_stray_events',
    help: 'Audit events outside the order of what is sealed: put there by hand, never sealed.',
    collect: () => watch().strays,
  });
}
