import type { Timing, Trigger } from '../../engine/schedule.ts';
import type { Transaction } from '../../kernel/database/database.ts';
import { triggerColumns, type TriggerRow } from './scheduled-job.ts';
import type { CatchUp } from './schedules/plan-tick.ts';
import type { Overlap } from './schedules/schedule-input.ts';

/** A schedule that asks for something: a tick that is due, or that waits for the end of its last job, which is over. */
export interface DueSchedule {
  readonly tenantId: string;
  readonly id: string;
}

/** The row of one, locked; null where it does not apply. */
export interface LockedSchedule extends TriggerRow {
  readonly kind: Trigger;
  readonly spec: Timing;
  readonly failures: number;
  readonly jitterMs: number;
  readonly overlap: Overlap;
  readonly catchUp: CatchUp;
  readonly catchUpMs: number;
  readonly caughtUp: number;
  /** When the tick was to be served that is due. */
  readonly dueAt: Date | null;
  /** Which tick that is. */
  readonly tickAt: Date | null;
  /** A tick that waited for the end of the last job, which is over. */
  readonly waitingAt: Date | null;
  /** Its last job, if that is not over. */
  readonly liveJobId: string | null;
  /** The end of its last job. */
  readonly endedAt: Date | null;
  readonly now: Date;
}

/** Those that ask for something, tenants taking turns: thousands of one tenant are not before the first of another. */
export async function findDueSchedules(
  tx: Transaction,
  limit: number,
): Promise<readonly DueSchedule[]> {
  return tx.$queryRaw<readonly DueSchedule[]>`
    select "tenantId", id from (
      select *, row_number() over (partition by "tenantId" order by since, id) as turn from (
        select tenant_id::text as "tenantId", id::text, next_at as since from jobs.schedule
        where next_at <= now() and paused_at is null
        union all
        select schedule.tenant_id::text, schedule.id::text, coalesce(job.finished_at, now())
        from jobs.schedule as schedule left join jobs.job as job on job.id = schedule.last_job_id
        where schedule.paused_at is null
          and (schedule.waiting_at is not null or (schedule.kind = 'after' and schedule.next_at is null))
          and (job.id is null
            or (job.state in ('SUCCEEDED', 'FAILED', 'CANCELLED', 'DEAD') and job.finished_at is not null))
      ) as due
      where not exists (
        select from jobs.schedule join jobs.agent on agent.id = schedule.agent_id
        where schedule.id = due.id::uuid and agent.paused_at is not null)
        and not exists (select from access.tenant where tenant.id = due."tenantId"::uuid and tenant.suspended_at is not null)
    ) as fair
    order by turn, since limit ${limit}`;
}

/** Locks one that still asks for something; undefined when another worker has it or had it. */
export async function lockDueSchedule(
  tx: Transaction,
  { tenantId, id }: DueSchedule,
): Promise<LockedSchedule | undefined> {
  const [row] = await tx.$queryRaw<readonly LockedSchedule[]>`
    with asked as materialized (
      select schedule.* from jobs.schedule as schedule
      where tenant_id = ${tenantId}::uuid and id = ${id}::uuid and paused_at is null
      for update of schedule skip locked
    ), known as (
      select asked.*, last_job.finished_at as ended_at,
        case when last_job.state in ('QUEUED', 'RUNNING', 'WAITING', 'PAUSED') then last_job.id end as live_job_id
      from asked left join jobs.job as last_job on last_job.id = asked.last_job_id
    )
    select ${triggerColumns}, kind, spec, failures, overlap, catch_up as "catchUp", catch_up_ms::float as "catchUpMs",
      caught_up as "caughtUp", jitter_ms as "jitterMs", ended_at as "endedAt", live_job_id::text as "liveJobId",
      case when next_at <= now() then next_at end as "dueAt",
      case when next_at <= now() then coalesce(tick_at, next_at) end as "tickAt",
      case when live_job_id is null then waiting_at end as "waitingAt", now() as now
    from known as schedule
    where next_at <= now() or (live_job_id is null and (waiting_at is not null or (kind = 'after' and next_at is null)))`;
  return row;
}
