import type { Transaction } from '../../kernel/database/database.ts';
import { permit, permitMaker } from '../access/permit.ts';
import type { VerbContext } from '../context.ts';
import { read } from '../read.ts';
import { jobPriorities } from './names.ts';

/** The queued jobs of one priority. */
export interface PriorityStats {
  readonly priority: (typeof jobPriorities)[number];
  readonly queued: number;
  readonly oldestQueuedSeconds: number;
}

/** Of the jobs of one agent, or of all of a tenant, how many are where. */
export interface Depth {
  readonly queued: number;
  /** Of those, the ones that wait at a gate. */
  readonly limited: number;
  readonly running: number;
  readonly waiting: number;
  readonly paused: number;
  readonly oldestQueuedSeconds: number;
}

export interface QueueStats extends Depth {
  readonly dead: number;
  readonly priorities: readonly PriorityStats[];
  /** Of the last minute, counted up to a bound. */
  readonly finishedPerMinute: number;
  /** How long those that ended last had been ready before they began, seconds; null when none has ended. */
  readonly lagP50Seconds: number | null;
  readonly lagP95Seconds: number | null;
}

const mostFinished = 100_000;
const latest = 1_000;

/** How many jobs of the tenant are under way, how fast they go and how far behind the queue is. */
export async function getQueueStats(context: VerbContext): Promise<QueueStats> {
  await permit(context, 'JOBS_READ');
  await permitMaker(context);
  const { tenantId } = context.actor;
  return await read(context, async (tx) => {
    const depths = await depthsOf(tx, tenantId);
    const sum = (field: Exclude<keyof Depth, 'oldestQueuedSeconds'>): number =>
      depths.reduce((all, depth) => all + depth[field], 0);
    return {
      ...{ queued: sum('queued'), limited: sum('limited'), running: sum('running') },
      ...{ waiting: sum('waiting'), paused: sum('paused') },
      oldestQueuedSeconds: Math.max(0, ...depths.map((depth) => depth.oldestQueuedSeconds)),
      priorities: jobPriorities.map((priority, rank) =>
        priorityOf(
          priority,
          depths.find((depth) => depth.rank === rank),
        ),
      ),
      ...(await pastOf(tx, tenantId)),
    };
  });
}

interface RankDepth extends Depth {
  readonly rank: number;
}

function depthsOf(tx: Transaction, tenantId: string): Promise<readonly RankDepth[]> {
  return tx.$queryRaw<readonly RankDepth[]>`
    select priority::int as rank, count(*) filter (where state = 'QUEUED')::int as queued,
      count(*) filter (where state = 'QUEUED' and shard = 1)::int as limited,
      count(*) filter (where state = 'RUNNING')::int as running,
      count(*) filter (where state = 'WAITING')::int as waiting,
      count(*) filter (where state = 'PAUSED')::int as paused,
      coalesce(greatest(extract(epoch from now() - min(run_at) filter (where state = 'QUEUED')), 0), 0)::float8
        as "oldestQueuedSeconds"
    from jobs.job
    where tenant_id = ${tenantId}::uuid and state in ('QUEUED', 'RUNNING', 'WAITING', 'PAUSED')
    group by priority`;
}

function priorityOf(priority: PriorityStats['priority'], depth: Depth | undefined): PriorityStats {
  const { queued = 0, oldestQueuedSeconds = 0 } = depth ?? {};
  return { priority, queued, oldestQueuedSeconds };
}

type Past = Pick<QueueStats, 'dead' | 'finishedPerMinute' | 'lagP50Seconds' | 'lagP95Seconds'>;

async function pastOf(tx: Transaction, tenantId: string): Promise<Past> {
  const [past] = await tx.$queryRaw<readonly Past[]>`
    select (select count(*)::int from jobs.job where tenant_id = ${tenantId}::uuid and state = 'DEAD') as dead,
      (select count(*)::int from (
        select from jobs.job where tenant_id = ${tenantId}::uuid and finished_at > now() - interval '1 min'
        limit ${mostFinished}) as fresh) as "finishedPerMinute",
      percentile_cont(0.5) within group (order by lag)::float8 as "lagP50Seconds",
      percentile_cont(0.95) within group (order by lag)::float8 as "lagP95Seconds"
    from (
      select greatest(0, extract(epoch from started_at - least(run_at, started_at))) as lag
      from (
        select started_at, run_at from jobs.job where tenant_id = ${tenantId}::uuid and finished_at is not null
        order by tenant_id desc, finished_at desc, id desc limit ${latest}
      ) as ended where started_at is not null
    ) as late`;
  return past ?? { dead: 0, finishedPerMinute: 0, lagP50Seconds: null, lagP95Seconds: null };
}
