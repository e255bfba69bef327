import type { Held } from './job.ts';
import { isAny, type RunStatement, type Statement } from './statement.ts';

/** Which leases to prolong, and by how much from now. */
export interface HeartbeatOptions {
  readonly held: readonly Held[];
  readonly leaseMs: number;
}

/** What a worker learns of its jobs at a heartbeat. */
export interface Heartbeat {
  /** Jobs that are somebody else's now, or nobody's: stop them. */
  readonly lost: readonly string[];
  /** Jobs that shall pause at their next checkpoint. */
  readonly pausing: readonly string[];
}

// A row that is being written is skipped, not waited for: one slow write must not cost a worker all its leases. The
// plain read beside tells a skipped row from a lost one. Each row is found by its key, see advance-statement.ts.
/** Prolongs leases and tells which are lost; exported for the test of its plan. */
export const heartbeatStatement: Statement = {
  name: 'queue-heartbeat',
  text: `
with held as materialized (
  select * from unnest($1::uuid[], $2::int[]) as held(id, epoch) where ${isAny('epoch')}
), mine as materialized (
  select job.id from held cross join lateral (
    select id, state from jobs.job where id = held.id and epoch = held.epoch limit 1 for update skip locked
  ) as job
  where job.state = 'RUNNING'
), prolonged as (
  update jobs.job as job set lease_until = now() + $3::int * interval '1 ms' from mine where job.id = mine.id
)
select held.id, job.id is null as is_lost, coalesce(job.request = 'PAUSE', false) as is_pausing
from held left join lateral (
  select id, request, state from jobs.job where id = held.id and epoch = held.epoch limit 1
) as job on job.state = 'RUNNING'
where job.id is null or job.request is not null`,
};

interface HeartbeatRow {
  readonly id: string;
  readonly is_lost: boolean;
  readonly is_pausing: boolean;
}

/** Prolongs the leases of all jobs of one worker by one statement, by the database's clock. */
export async function heartbeatJobs(
  run: RunStatement,
  { held, leaseMs }: HeartbeatOptions,
): Promise<Heartbeat> {
  const rows = await run<HeartbeatRow>(heartbeatStatement, [
    held.map(({ jobId }) => jobId),
    held.map(({ epoch }) => epoch),
    leaseMs,
  ]);
  return {
    lost: rows.filter((row) => row.is_lost).map((row) => row.id),
    pausing: rows.filter((row) => row.is_pausing).map((row) => row.id),
  };
}
