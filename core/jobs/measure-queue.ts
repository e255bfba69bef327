import type { Services } from '../context.ts';

/** Jobs of all tenants in one state and priority. */
export interface QueueDepth {
  /** A state of jobs; `LIMITED` for queued ones that wait at a gate of their agent. */
  readonly state: 'QUEUED' | 'LIMITED' | 'RUNNING' | 'WAITING' | 'PAUSED' | 'DEAD';
  readonly priority: 'LOW' | 'NORMAL' | 'HIGH' | 'URGENT';
  readonly count: number;
  /** How long the one has been ready that has been ready longest, seconds; 0 where none is. */
  readonly oldestSeconds: number;
}

/** Jobs that are looked at; what is more shows itself as this number. */
const most = 1_000_000;

/** How deep the queue is over all tenants: one look at every job that is not over, by its index. */
export async function measureQueue({
  database,
}: Pick<Services, 'database'>): Promise<readonly QueueDepth[]> {
  return database.asSystem(
    (tx) => tx.$queryRaw<readonly QueueDepth[]>`
      with live as (
        select case when state = 'QUEUED' and shard = 1 then 'LIMITED' else state::text end as state, priority,
          case when state = 'QUEUED' and shard = 0 or state = 'WAITING' then run_at end as ready_at
        from jobs.job where state in ('QUEUED', 'RUNNING', 'WAITING', 'PAUSED') limit ${most}
      ), dead as (
        select 'DEAD' as state, priority, null::timestamptz as ready_at from jobs.job where state = 'DEAD' limit ${most}
      )
      select state, (array['LOW', 'NORMAL', 'HIGH', 'URGENT'])[priority + 1] as priority, count(*)::int as count,
        greatest(0, coalesce(extract(epoch from now() - min(ready_at)), 0))::float8 as "oldestSeconds"
      from (select * from live union all select * from dead) as job group by state, priority`,
    { isReadOnly: true },
  );
}
