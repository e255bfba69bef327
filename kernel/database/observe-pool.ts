import type pg from 'pg';
import type { Metrics } from '../telemetry.ts';

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
