import type { ScheduleModel } from '../../engine/dsl/document.ts';
import type { Trigger } from '../../engine/schedule.ts';
import type { Transaction } from '../../kernel/database/database.ts';
import type { TriggerRow } from './scheduled-job.ts';

/** A schedule that asks for something: a tick that is due, or to be armed again as its last job has ended. */
export interface DueSchedule {
  readonly tenantId: string;
  readonly id: string;
}

/** The row of one, locked; null where it does not apply. */
export interface LockedSchedule extends TriggerRow {
  readonly kind: Trigger;
  readonly spec: ScheduleModel;
  readonly failures: number;
  /** The tick that is due. */
  readonly dueAt: Date | null;
  /** The end of its last job, for `after`. */
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
        select tenant_id::text as "tenantId", id::text, next_at as since from jobs.schedule where next_at <= now()
        union all
        select schedule.tenant_id::text, schedule.id::text, job.finished_at
        from jobs.schedule as schedule join jobs.job as job on job.id = schedule.last_job_id
        where schedule.kind = 'after' and schedule.next_at is null
          and job.state in ('SUCCEEDED', 'FAILED', 'CANCELLED', 'DEAD') and job.finished_at is not null
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
    select schedule.tenant_id::text as "tenantId", schedule.id::text, schedule.agent_id::text as "agentId",
      schedule.agent_version_id::text as "agentVersionId", schedule.submitter, kind, spec, failures, next_at as "dueAt",
      (select finished_at from jobs.job where job.id = schedule.last_job_id) as "endedAt", now() as now
    from jobs.schedule as schedule
    where tenant_id = ${tenantId}::uuid and id = ${id}::uuid
      and (next_at <= now() or (kind = 'after' and next_at is null and exists (
        select from jobs.job where job.id = schedule.last_job_id and job.finished_at is not null)))
    for update of schedule skip locked`;
  return row;
}
