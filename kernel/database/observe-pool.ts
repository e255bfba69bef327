import type pg from 'pg';
import type { Metrics } from '../telemetry.ts';
import type { StaleReads } from './stale-reads.ts';

/** Puts the connections of a process to its database among its metrics. */
export function observePool(
  metrics: Metrics,
  pool: Pick<pg.Pool, 'totalCount' | 'idleCount' | 'waitingCount' | 'options'>,
): void {
  metrics.gauge({
    name: 'operandi_database_pool_connections',
    help: 'Connections to the database that are open, by whether somebody uses them.',
    labels: ['state'],
    collect: () => [
      { labels: { state: 'BUSY' }, value: pool.totalCount - pool.idleCount },
      { labels: { state: 'IDLE' }, value: pool.idleCount },
    ],
  });
  metrics.gauge({
    name: 'operandi_database_pool_waiting',
    help: 'Who waits for a connection to the database.',
    collect: () => pool.waitingCount,
  });
  metrics.gauge({
    name: 'operandi_database_pool_size',
    help: 'Connections to the database at most.',
    collect: () => pool.options.max,
  });
}

/** Puts reads that may be stale among them. Without a replica there are none. */
export function observeStaleReads(metrics: Metrics, reads: StaleReads | undefined): void {
  metrics.counter({
    name: 'operandi_database_stale_reads_total',
    help: 'Reads that may be stale, by the server that was asked; both where the replica failed.',
    labels: ['server'],
    collect: () => [
      { labels: { server: 'replica' }, value: reads?.asked.replica ?? 0 },
      { labels: { server: 'primary' }, value: reads?.asked.primary ?? 0 },
    ],
  });
  metrics.gauge({
    name: 'operandi_database_replica_lag_seconds',
    help: 'By how much the replica is known to be behind at most.',
    aggregator: 'max',
    collect: () => (reads === undefined ? 0 : reads.lagMs / 1_000),
  });
}
