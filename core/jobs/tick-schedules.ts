import { nextRun } from '../../engine/schedule.ts';
import type { Transaction } from '../../kernel/database/database.ts';
import { concernsAll, faultKind } from '../../kernel/database/faults.ts';
import { exponentialBackoff } from '../../kernel/retry/backoff.ts';
import type { Services } from '../context.ts';
import { eventChannel } from './channels.ts';
import {
  findDueSchedules,
  lockDueSchedule,
  type DueSchedule,
  type LockedSchedule,
} from './due-schedules.ts';
import { recordSkip, submitTick } from './scheduled-job.ts';

/** The longest one schedule may take, milliseconds; then its tick is skipped as one that failed. */
const tickTimeoutMs = 5_000;
/** After so long a turn ends and the next one begins, in which every tenant is asked again, milliseconds. */
const turnMs = 2_000;
const backoff = exponentialBackoff({ firstMs: 1_000, maxMs: 3_600_000, jitter: 0 });

type Needs = Pick<Services, 'database' | 'doorbell' | 'limits' | 'documents' | 'keyring' | 'log'>;

/**
 * Starts the jobs of schedules that are due, at most `limit`, and answers whether there may be more. Each has a
 * transaction of its own, so that one that fails is skipped alone. The lock on its row gives a tick to one worker, and
 * the job commits with the move to the next tick: every tick starts one job, never two.
 */
export async function tickSchedules(services: Needs, limit: number): Promise<boolean> {
  const due = await services.database.asSystem((tx) => findDueSchedules(tx, limit));
  const endsAt = performance.now() + turnMs;
  const started = new Set<string>();
  let served = 0;
  for (const schedule of due) {
    const outcome = await serve(services, schedule);
    if (outcome === 'started') started.add(schedule.tenantId);
    if (outcome !== 'taken') served += 1;
    if (performance.now() > endsAt) break;
  }
  if (started.size > 0) services.doorbell.ring('jobs.ready');
  for (const tenantId of started) services.doorbell.ring(eventChannel(tenantId));
  return served > 0 && (due.length === limit || performance.now() > endsAt);
}

/** `taken`: by another worker. */
type Outcome = 'started' | 'moved' | 'taken';

async function serve(services: Needs, schedule: DueSchedule): Promise<Outcome> {
  const { database, log } = services;
  try {
    return await database.asSystem((tx) => move(tx, services, schedule), {
      timeoutMs: tickTimeoutMs,
    });
  } catch (error) {
    if (concernsAll(error)) throw error;
    if (faultKind(error) === 'collision') return 'taken';
    log.warn({ err: error, ...schedule }, 'a schedule could not start its job');
    return await database
      .asSystem((tx) => skip(tx, schedule, error))
      .catch((fault: unknown) => {
        log.error({ err: fault, ...schedule }, 'a schedule could not be skipped');
        return 'taken' as const;
      });
  }
}

/** What was missed while nobody ticked is made up for by one run; the next one is in the future. */
async function move(
  tx: Transaction,
  services: Pick<Services, 'database' | 'limits' | 'documents' | 'keyring'>,
  schedule: DueSchedule,
): Promise<Outcome> {
  const row = await lockDueSchedule(tx, schedule);
  if (row === undefined) return 'taken';
  const { tenantId, id, dueAt, now } = row;
  const jobId =
    dueAt === null
      ? undefined
      : await submitTick(tx, services, { trigger: row, name: dueAt.toISOString(), input: {} });
  await tx.schedule.update({
    where: { tenantId_id: { tenantId, id } },
    data: {
      nextAt: moment(nextTick(row)),
      failures: 0,
      ...(jobId === undefined ? {} : { lastAt: now, lastJobId: jobId }),
    },
  });
  return jobId === undefined ? 'moved' : 'started';
}

/** `after` counts from the end of the job before: it has no next tick while that one runs. */
function nextTick({ kind, spec, dueAt, endedAt, now }: LockedSchedule): number | undefined {
  if (dueAt === null) return endedAt === null ? undefined : nextRun(spec, kind, ended(endedAt));
  if (kind === 'after') return undefined;
  const regular = nextRun(spec, kind, { since: dueAt.getTime() });
  return regular === undefined || regular > now.getTime()
    ? regular
    : nextRun(spec, kind, { since: now.getTime() });
}

/**
 * The tick that failed is on record; the next one is the regular one, but not before the back-off. What took too long is
 * tried again without waiting for that.
 */
async function skip(tx: Transaction, schedule: DueSchedule, error: unknown): Promise<Outcome> {
  const row = await lockDueSchedule(tx, schedule);
  if (row === undefined) return 'taken';
  const { tenantId, id, failures, dueAt, now } = row;
  await recordSkip(tx, row, { name: (dueAt ?? now).toISOString(), error });
  const earliest = now.getTime() + backoff.delayMs(failures + 1, Math.random);
  const isSlow = faultKind(error) === 'slow';
  await tx.schedule.update({
    where: { tenantId_id: { tenantId, id } },
    data: {
      nextAt: new Date(Math.max(earliest, isSlow ? 0 : (regularTick(row) ?? 0))),
      failures: { increment: 1 },
    },
  });
  return 'moved';
}

function regularTick(row: LockedSchedule): number | undefined {
  try {
    return row.kind === 'after' ? nextRun(row.spec, row.kind, ended(row.now)) : nextTick(row);
  } catch {
    // What cannot even be read has no tick of its own.
    return undefined;
  }
}

function ended(at: Date) {
  return { since: at.getTime(), lastEndedAt: at.getTime() };
}

function moment(time: number | undefined): Date | null {
  return time === undefined ? null : new Date(time);
}
