import type { ScheduleModel } from '../../engine/dsl/document.ts';
import { nextRun, type Trigger } from '../../engine/schedule.ts';
import type { Transaction } from '../../kernel/database/database.ts';
import type { Services } from '../context.ts';
import { eventChannel } from './channels.ts';
import { submitTick, type TriggerRow } from './scheduled-job.ts';

interface TimedRow extends TriggerRow {
  readonly kind: Trigger;
  readonly spec: ScheduleModel;
}

interface DueRow extends TimedRow {
  readonly dueAt: Date;
  readonly now: Date;
}

interface RestingRow extends TimedRow {
  readonly endedAt: Date;
}

/**
 * Starts the jobs of all schedules that are due, at most `limit`, and answers how many were. The lock on its row gives a
 * tick to one worker, and the job commits with the move to the next tick: every tick starts one job, never two.
 */
export async function tickSchedules(
  services: Pick<Services, 'database' | 'doorbell' | 'limits' | 'documents'>,
  limit: number,
): Promise<number> {
  const { due, tenantIds } = await services.database.asSystem(async (tx) => {
    await rearm(tx, limit);
    const rows = await tx.$queryRaw<readonly DueRow[]>`
      select tenant_id::text as "tenantId", id::text, agent_id::text as "agentId",
        agent_version_id::text as "agentVersionId", kind, spec, next_at as "dueAt", now() as now
      from jobs.schedule where next_at <= now() and not exists (
        select from jobs.agent where agent.id = schedule.agent_id and agent.paused_at is not null
      )
      order by next_at limit ${limit} for update skip locked`;
    const started = new Set<string>();
    for (const row of rows) {
      if (await tick(tx, services, row)) started.add(row.tenantId);
    }
    return { due: rows.length, tenantIds: [...started] };
  });
  if (tenantIds.length > 0) services.doorbell.ring('jobs.ready');
  for (const tenantId of tenantIds) services.doorbell.ring(eventChannel(tenantId));
  return due;
}

/** What was missed while nobody ticked is made up for by one run; the next one is in the future. */
async function tick(
  tx: Transaction,
  services: Pick<Services, 'database' | 'limits' | 'documents'>,
  row: DueRow,
): Promise<boolean> {
  const { tenantId, id, dueAt, now } = row;
  const jobId = await submitTick(tx, services, {
    trigger: row,
    name: dueAt.toISOString(),
    input: {},
  });
  await tx.schedule.update({
    where: { tenantId_id: { tenantId, id } },
    data: {
      nextAt: nextTick(row, jobId !== undefined),
      ...(jobId === undefined ? {} : { lastAt: now, lastJobId: jobId }),
    },
  });
  return jobId !== undefined;
}

function nextTick({ kind, spec, dueAt, now }: DueRow, hasStarted: boolean): Date | null {
  if (kind === 'after') return hasStarted ? null : moment(nextRun(spec, kind, ended(now)));
  const regular = nextRun(spec, kind, { since: dueAt.getTime() });
  return moment(
    regular === undefined || regular > now.getTime()
      ? regular
      : nextRun(spec, kind, { since: now.getTime() }),
  );
}

function ended(at: Date) {
  return { since: at.getTime(), lastEndedAt: at.getTime() };
}

function moment(time: number | undefined): Date | null {
  return time === undefined ? null : new Date(time);
}

/** `after` counts from the end of the job before. */
async function rearm(tx: Transaction, limit: number): Promise<void> {
  const resting = await tx.$queryRaw<readonly RestingRow[]>`
    select schedule.tenant_id::text as "tenantId", schedule.id::text, kind, spec, job.finished_at as "endedAt"
    from jobs.schedule as schedule join jobs.job as job on job.id = schedule.last_job_id
    where schedule.kind = 'after' and schedule.next_at is null
      and job.state in ('SUCCEEDED', 'FAILED', 'CANCELLED', 'DEAD') and job.finished_at is not null
    limit ${limit} for update of schedule skip locked`;
  for (const { tenantId, id, kind, spec, endedAt } of resting) {
    await tx.schedule.update({
      where: { tenantId_id: { tenantId, id } },
      data: { nextAt: moment(nextRun(spec, kind, ended(endedAt))) },
    });
  }
}
