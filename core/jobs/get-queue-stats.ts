import { permit, permitMaker } from '../access/permit.ts';
import type { VerbContext } from '../context.ts';
import { read } from '../read.ts';

export interface QueueStats {
  readonly queued: number;
  readonly running: number;
  readonly waiting: number;
  readonly paused: number;
  readonly dead: number;
  readonly oldestQueuedSeconds: number;
}

/** How many jobs of the tenant are under way, and how far behind the queue is. */
export async function getQueueStats(context: VerbContext): Promise<QueueStats> {
  await permit(context, 'JOBS_READ');
  await permitMaker(context);
  const [stats] = await read(
    context,
    (tx) => tx.$queryRaw<readonly QueueStats[]>`
      select live.*, (
          select count(*)::int from jobs.job where tenant_id = ${context.actor.tenantId}::uuid and state = 'DEAD') as dead
      from (
        select count(*) filter (where state = 'QUEUED')::int as queued,
          count(*) filter (where state = 'RUNNING')::int as running,
          count(*) filter (where state = 'WAITING')::int as waiting,
          count(*) filter (where state = 'PAUSED')::int as paused,
          coalesce(greatest(extract(epoch from now() - min(run_at) filter (where state = 'QUEUED')), 0), 0)::float8
            as "oldestQueuedSeconds"
        from jobs.job
        where tenant_id = ${context.actor.tenantId}::uuid and state in ('QUEUED', 'RUNNING', 'WAITING', 'PAUSED')
      ) as live`,
  );
  return stats ?? { queued: 0, running: 0, waiting: 0, paused: 0, dead: 0, oldestQueuedSeconds: 0 };
}
