import { nextRun } from '../../engine/schedule.ts';
import type { Transaction } from '../../kernel/database/database.ts';
import { concernsAll, faultKind } from '../../kernel/database/faults.ts';
import { AppError } from '../../kernel/errors.ts';
import { exponentialBackoff } from '../../kernel/retry/backoff.ts';
import { systemActor } from '../access/actor.ts';
import { record } from '../audit/record.ts';
import type { Services } from '../context.ts';
import { cancelTree } from './cancel-tree.ts';
import { eventChannel, ringControl } from './channels.ts';
import {
  findDueSchedules,
  lockDueSchedule,
  type DueSchedule,
  type LockedSchedule,
} from './due-schedules.ts';
import { submitTick } from './scheduled-job.ts';
import { armed } from './schedules/arm.ts';
import { planTick } from './schedules/plan-tick.ts';
import { recordSkip, StoppedSchedule, stopSchedule } from './schedules/skip.ts';

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
    const { hasStarted, isTaken, cancelled } = await serve(services, schedule);
    if (hasStarted) started.add(schedule.tenantId);
    if (!isTaken) served += 1;
    const actor = systemActor(schedule.tenantId);
    for (const jobId of cancelled) ringControl({ ...services, actor }, jobId);
    if (performance.now() > endsAt) break;
  }
  if (started.size > 0) services.doorbell.ring('jobs.ready');
  for (const tenantId of started) services.doorbell.ring(eventChannel(tenantId));
  return served > 0 && (due.length === limit || performance.now() > endsAt);
}

interface Outcome {
  readonly hasStarted: boolean;
  /** By another worker. */
  readonly isTaken: boolean;
  /** Jobs that were ended for a new one. */
  readonly cancelled: readonly string[];
}

const taken: Outcome = { hasStarted: false, isTaken: true, cancelled: [] };
const moved: Outcome = { hasStarted: false, isTaken: false, cancelled: [] };

async function serve(services: Needs, schedule: DueSchedule): Promise<Outcome> {
  const { database, log } = services;
  try {
    return await database.asSystem((tx) => move(tx, services, schedule), {
      timeoutMs: tickTimeoutMs,
    });
  } catch (error) {
    if (concernsAll(error)) throw error;
    if (faultKind(error) === 'collision') return taken;
    log.warn({ err: error, ...schedule }, 'a schedule could not start its job');
    return await database
      .asSystem((tx) => skip(tx, schedule, error))
      .catch((fault: unknown) => {
        log.error({ err: fault, ...schedule }, 'a schedule could not be skipped');
        return taken;
      });
  }
}

async function move(tx: Transaction, services: Needs, schedule: DueSchedule): Promise<Outcome> {
  const row = await lockDueSchedule(tx, schedule);
  if (row === undefined) return taken;
  if (row.waitingAt !== null) {
    await start(tx, services, { row, tick: row.waitingAt });
    await update(tx, row, { waitingAt: null });
    return { ...moved, hasStarted: true };
  }
  if (row.tickAt === null || row.dueAt === null) {
    await update(tx, row, armed(row, endedRun(row)));
    return moved;
  }
  return serveTick(tx, services, { row, tickAt: row.tickAt, dueAt: row.dueAt });
}

interface Due {
  readonly row: LockedSchedule;
  readonly tickAt: Date;
  readonly dueAt: Date;
}

async function serveTick(tx: Transaction, services: Needs, due: Due): Promise<Outcome> {
  const { row } = due;
  const { run, missed, next, caughtUp } = planOf(due);
  if (missed !== undefined) await leaveOut(tx, row, { tick: due.tickAt, reason: missed });
  const started =
    run === undefined ? moved : await runOrHold(tx, services, { row, tick: new Date(run) });
  await update(tx, row, { ...armed(row, next), caughtUp, failures: 0 });
  return started;
}

interface Running {
  readonly row: LockedSchedule;
  readonly tick: Date;
}

/** Starts the job of a tick, unless the last one is not over and that holds it up. */
async function runOrHold(tx: Transaction, services: Needs, due: Running): Promise<Outcome> {
  const { row, tick } = due;
  const { liveJobId, overlap } = row;
  if (liveJobId !== null && (overlap === 'SKIP' || overlap === 'BUFFER_ONE')) {
    await hold(tx, row, tick);
    return moved;
  }
  const cancelled =
    liveJobId !== null && overlap === 'CANCEL' ? await makeWay(tx, row, liveJobId) : [];
  await start(tx, services, due);
  return { hasStarted: true, isTaken: false, cancelled };
}

async function makeWay(
  tx: Transaction,
  { tenantId }: LockedSchedule,
  jobId: string,
): Promise<readonly string[]> {
  const author = { actor: systemActor(tenantId) };
  const told = { reason: 'the next tick of its schedule takes its place' };
  const entries = await cancelTree(tx, author, { jobId, told });
  for (const entry of entries) await record(tx, author, entry);
  return entries.map((entry) => entry.jobId);
}

function planOf({ row, tickAt, dueAt }: Due) {
  const { kind, spec, catchUp, catchUpMs, caughtUp, now } = row;
  return planTick({
    ...{ kind, spec, catchUp, catchUpMs, caughtUp },
    ...{ tick: tickAt.getTime(), dueAt: dueAt.getTime(), now: now.getTime() },
  });
}

/** The tick waits for the end of the last job, or is left out where it must not or another one waits. */
async function hold(tx: Transaction, row: LockedSchedule, tick: Date): Promise<void> {
  const { tenantId, id } = row;
  const kept =
    row.overlap === 'BUFFER_ONE'
      ? await tx.schedule.updateMany({
          where: { tenantId, id, waitingAt: null },
          data: { waitingAt: tick },
        })
      : undefined;
  if (kept?.count !== 1)
    await leaveOut(tx, row, { tick, reason: 'the job of the tick before is not over' });
}

function leaveOut(
  tx: Transaction,
  row: LockedSchedule,
  { tick, reason }: { readonly tick: Date; readonly reason: string },
): Promise<void> {
  return recordSkip(tx, row, { name: tick.toISOString(), error: new AppError('CONFLICT', reason) });
}

async function start(tx: Transaction, services: Needs, { row, tick: at }: Running): Promise<void> {
  const tick = { name: at.toISOString(), at };
  const { jobId } = await submitTick(tx, services, { trigger: row, tick });
  await update(tx, row, { lastAt: row.now, lastJobId: jobId });
}

type Change = Parameters<Transaction['schedule']['update']>[0]['data'];

async function update(tx: Transaction, { tenantId, id }: DueSchedule, data: Change): Promise<void> {
  await tx.schedule.update({
    where: { tenantId_id: { tenantId, id } },
    data,
    select: { id: true },
  });
}

/** `after` counts from the end of the job before, which is now where nothing is known of it. */
function endedRun({ kind, spec, endedAt, now }: LockedSchedule): number | undefined {
  const at = (endedAt ?? now).getTime();
  return nextRun(spec, kind, { since: at, lastEndedAt: at });
}

/**
 * The tick that failed is on record; the next one is the regular one, but not before the back-off. What took too long is
 * tried again without waiting for that. One that may start nothing more is stopped.
 */
async function skip(tx: Transaction, schedule: DueSchedule, error: unknown): Promise<Outcome> {
  const row = await lockDueSchedule(tx, schedule);
  if (row === undefined) return taken;
  const { failures, tickAt, waitingAt, now } = row;
  const tick = waitingAt ?? tickAt;
  await recordSkip(tx, row, { name: (tick ?? now).toISOString(), error });
  if (error instanceof StoppedSchedule) {
    await stopSchedule(tx, row, error);
    return moved;
  }
  if (waitingAt !== null) {
    await update(tx, row, { waitingAt: null, failures: { increment: 1 } });
    return moved;
  }
  const earliest = now.getTime() + backoff.delayMs(failures + 1, Math.random);
  const isSlow = faultKind(error) === 'slow';
  const next = isSlow ? { tickAt, nextAt: null } : regularTick(row);
  await update(tx, row, {
    tickAt: next.tickAt,
    nextAt: new Date(Math.max(earliest, next.nextAt?.getTime() ?? 0)),
    failures: { increment: 1 },
  });
  return moved;
}

function regularTick(row: LockedSchedule): ReturnType<typeof armed> {
  const { tickAt, dueAt, now } = row;
  try {
    const isTimed = row.kind !== 'after' && tickAt !== null && dueAt !== null;
    return armed(
      row,
      isTimed ? planOf({ row, tickAt, dueAt }).next : endedRun({ ...row, endedAt: now }),
    );
  } catch {
    // What cannot even be read has no tick of its own.
    return armed(row, undefined);
  }
}
