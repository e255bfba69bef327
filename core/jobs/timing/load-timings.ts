import { z } from 'zod';

import { Prisma } from '../../../prisma/_generated/client.ts';
import { permit } from '../../access/permit.ts';
import type { VerbContext } from '../../context.ts';
import { read } from '../../read.ts';

/** Where the time of a job went, in milliseconds; the four parts add up to `totalMs`. */
export interface JobTiming {
  readonly jobId: string;
  /** From the submit to the end, or to now. */
  readonly totalMs: number;
  readonly queuedMs: number;
  readonly ranMs: number;
  readonly waitedMs: number;
  readonly stoppedMs: number;
  readonly calls: number;
  readonly callMs: number;
}

const uuid = z.uuid();

/** Where the time of each of the jobs went, one query for all. */
export async function loadTimings(
  context: VerbContext,
  jobIds: readonly string[],
): Promise<ReadonlyMap<string, JobTiming>> {
  await permit(context, 'JOBS_READ');
  const { tenantId } = context.actor;
  const ids = jobIds.filter((id) => uuid.safeParse(id).success);
  const rows = await read(context, (tx) =>
    tx.$queryRaw<readonly TimedRow[]>(timingsQuery(tenantId, ids)),
  );
  return new Map(rows.map((row) => [row.jobId, toTiming(row)]));
}

type TimedRow = Omit<JobTiming, 'ranMs'>;

/** What is told neither of waiting, of a queue nor of standing still is running; clocks of two machines may differ. */
function toTiming({ totalMs, ...row }: TimedRow): JobTiming {
  const { queuedMs, waitedMs, stoppedMs } = row;
  const ranMs = Math.max(0, totalMs - queuedMs - waitedMs - stoppedMs);
  return { ...row, totalMs: ranMs + queuedMs + waitedMs + stoppedMs, ranMs };
}

/*
 * What becomes of a job is told by events that begin a row, so rows are read without what they hold besides. Each event but a
 * few puts the job into a phase; an answer ends a wait and changes nothing of a job that runs or stands still.
 */
function timingsQuery(tenantId: string, ids: readonly string[]): Prisma.Sql {
  return Prisma.sql`
    select job.id::text as "jobId", ${msOf(Prisma.sql`job.until - job.created_at`)} as "totalMs",
      phases.queued as "queuedMs", phases.waited as "waitedMs", phases.stopped as "stoppedMs",
      made.calls, made.ms as "callMs"
    from (
      select id, created_at, finished_at is not null as is_over, coalesce(finished_at, now()) as until from jobs.job
      where tenant_id = ${tenantId}::uuid and id = any(${ids}::uuid[])
    ) as job
    cross join lateral (
      select count(*)::int as calls, coalesce(sum(duration_ms), 0)::float8 as ms from integrations.call
      where tenant_id = ${tenantId}::uuid and job_id = job.id
    ) as made
    cross join lateral (
      with told as materialized (
        select seq, at, ${phase} as phase, ${wakesAt} as wakes from jobs.event
        where tenant_id = ${tenantId}::uuid and job_id = job.id
      ), turned as (
        select *, lag(phase) over (order by seq) as last from told where phase is not null
      ), placed as (
        select seq, at, phase, wakes, count(*) filter (where phase <> 'ANSWERED') over (order by seq) as stretch
        from turned where phase <> 'RUNNING' or last is distinct from 'RUNNING'
      ), judged as (
        select seq, at, wakes, phase, first_value(phase) over (partition by stretch order by seq) as before from placed
      ), spans as (
        select at, wakes, lead(at) over (order by seq) as next,
          case when phase <> 'ANSWERED' then phase when before = 'WAITING' then 'QUEUED' else before end as phase
        from judged
      ), parted as (
        select at, ends, greatest(at, least(ends, coalesce(wakes, ends))) as woken,
          -- What is told last is told before it is committed: that is not standing still yet.
          case when phase = 'STOPPED' and next is null and job.is_over then 'RUNNING' else phase end as phase
        from spans cross join lateral (select greatest(at, least(coalesce(next, job.until), job.until)) as ends) as each
      )
      select
        coalesce(sum(${msOf(Prisma.sql`case phase when 'QUEUED' then ends - at when 'WAITING' then ends - woken end`)}), 0) as queued,
        coalesce(sum(${msOf(Prisma.sql`case phase when 'WAITING' then woken - at end`)}), 0) as waited,
        coalesce(sum(${msOf(Prisma.sql`case phase when 'STOPPED' then ends - at end`)}), 0) as stopped
      from parted
    ) as phases`;
}

const phase = Prisma.sql`case
  when starts_with(type, 'io.serverlessworkflow.task.')
    then case when split_part(type, '.', 4) in ('suspended', 'resumed', 'cancelled') then null else 'RUNNING' end
  when type in ('dev.operandi.job.queued.v1', 'dev.operandi.job.redriven.v1', 'io.serverlessworkflow.workflow.resumed.v1')
    then 'QUEUED'
  when type = 'dev.operandi.job.waiting.v1' then 'WAITING'
  when type in ('dev.operandi.job.interrupted.v1', 'dev.operandi.job.attempt-lost.v1', 'dev.operandi.job.quarantined.v1')
    then case data ->> 'state' when 'WAITING' then 'WAITING' when 'QUEUED' then 'QUEUED' else 'STOPPED' end
  when type in ('dev.operandi.job.answered.v1', 'dev.operandi.approval.decided.v1') then 'ANSWERED'
  when type in ('dev.operandi.job.paused.v1', 'dev.operandi.job.dead.v1', 'dev.operandi.job.cancelled.v1',
    'io.serverlessworkflow.workflow.suspended.v1', 'io.serverlessworkflow.workflow.faulted.v1',
    'io.serverlessworkflow.workflow.completed.v1', 'io.serverlessworkflow.workflow.cancelled.v1')
    then 'STOPPED'
  when starts_with(type, 'dev.operandi.') then null
  else 'RUNNING'
end`;

/** A sleep ends at its time, if nothing answered before; the pauses after lost attempts grow as queue/spend-attempt.ts has it. */
const wakesAt = Prisma.sql`case type
  when 'dev.operandi.job.waiting.v1' then (data ->> 'until')::timestamptz
  when 'dev.operandi.job.attempt-lost.v1'
    then at + least(60, 2 ^ ((data ->> 'attempt')::int - 1)) * interval '1 s'
end`;

function msOf(span: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`(1000 * extract(epoch from ${span}))::float8`;
}
