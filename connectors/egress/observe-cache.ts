import type { Metrics } from '../../kernel/telemetry.ts';
import type { Egress } from './egress.ts';

/** Puts the cache of answers among the metrics of the process. */
export function observeCache(metrics: Metrics, egress: Pick<Egress, 'cached'>): void {
  metrics.counter({
    name: 'operandi_call_cache_total',
    help: 'Requests to outside systems that may be kept, by how the cache took part.',
    labels: ['outcome'],
    collect: () =>
      Object.entries(egress.cached().outcomes).map(([outcome, value]) => ({
        labels: { outcome },
        value,
      })),
  });
  metrics.counter({
    name: 'operandi_call_cache_waits_total',
    help: 'Requests that waited for an equal one instead of being sent, of the same process or of another.',
    labels: ['of'],
    collect: () =>
      Object.entries(egress.cached().waits).map(([of, value]) => ({ labels: { of }, value })),
  });
  metrics.gauge({
    name: 'operandi_call_cache_bytes',
    help: 'Memory that answers of outside systems take which are kept.',
    collect: () => egress.cached().bytes,
  });
  metrics.gauge({
    name: 'operandi_call_cache_entries',
    help: 'Answers of outside systems that are kept in memory.',
    collect: () => egress.cached().entries,
  });
}
