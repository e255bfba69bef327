import type { JournalEntry } from '../engine/journal.ts';
import { workflowError } from '../engine/problem.ts';
import { hideMessages } from '../engine/secrets/hide-messages.ts';
import type { Outcome } from '../engine/run.ts';
import { currentTrace } from '../kernel/current-trace.ts';
import { isPassingFault } from '../kernel/database/faults.ts';
import { outlast } from '../kernel/database/outlast.ts';
import { AppError } from '../kernel/errors.ts';
import type { JsonObject, JsonValue } from '../kernel/json.ts';
import type { Logger } from '../kernel/logger.ts';
import type { ClaimedJob } from '../queue/claim.ts';
import type { AdvanceResult } from '../queue/advance.ts';
import type { FinalState } from '../queue/advance-draft.ts';
import type { JournalDraft } from '../queue/job.ts';
import type { History } from '../queue/load-history.ts';
import type { Queue } from '../queue/queue.ts';
import type { Advanced, Engine } from './engine.ts';
import type { LoadedVersion } from './definitions.ts';
import { createJobHost, type JobHost } from './job-host.ts';
import { createJobWriter, type JobWriter } from './job-writer.ts';
import { JobLeft, WorkerDrained } from './leaving.ts';
import { openJob, type OpenedJob } from './opened-job.ts';
import type { Lease } from './lease.ts';
import type { Outside } from './outside.ts';
import type { KeptRun, ParkedRuns } from './parked-runs.ts';
import { isStorable, toStorable } from '../kernel/storable.ts';

/** What every run of this process shares. */
export interface RunServices {
  /** Name of the worker. */
  readonly worker: string;
  readonly queue: Queue;
  readonly log: Logger;
  readonly outside: Outside;
  readonly engine: Engine;
  readonly parked: Pick<ParkedRuns, 'keep'>;
  /** True while one run at a time is under way in this process. */
  readonly isAlone: () => boolean;
  /** The definition of a version; throws when it cannot be had. */
  loadDefinition(job: ClaimedJob): Promise<LoadedVersion>;
}

/** One leased job on its way through this process. */
export interface Run {
  readonly job: ClaimedJob;
  readonly lease: Lease;
  /** What earlier runs left; loaded for a whole batch of jobs at once. */
  readonly history: Promise<History>;
  /** What this process still has of it; then its history lacks what is in there. */
  readonly kept: KeptRun | undefined;
  readonly controller: AbortController;
  /** Monotonic time when the claim was answered. */
  readonly receivedAt: number;
}

/** Runs a job as far as it goes and writes where that is; never rejects, whatever the definition or the engine does. */
export async function runJob(services: RunServices, run: Run): Promise<void> {
  const { log } = services;
  const { jobId, epoch } = run.job;
  try {
    await advance(services, run);
  } catch (error) {
    if (isLeaving(error)) log.debug({ jobId, epoch, reason: error.message }, 'left a job');
    else await failAttempt(services, run, error);
  } finally {
    services.outside.leave(jobId);
  }
}

async function advance(services: RunServices, run: Run): Promise<void> {
  const { worker, queue, outside } = services;
  const { job, lease, controller, kept } = run;
  const canWait = (): boolean => !lease.hasEnded();
  const [past, { definition, version, hash }] = await Promise.all([
    run.history,
    outlast(() => services.loadDefinition(job), canWait),
  ]);
  const opened = await openJob(services, { job, definition, history: past });
  if (opened === undefined) {
    await endErased(services, job);
    return;
  }
  const { input, sensitive } = opened;
  const history = wholeHistory(run, opened.history);
  const writer = createJobWriter({
    queue: opened.queue,
    held: job,
    lease,
    told: history.told,
    isAlone: services.isAlone,
    onBroken: (reason) => controller.abort(reason),
  });
  try {
    const { agentVersionId, epoch } = job;
    const host = createJobHost({
      ...{ worker, job, history, writer, lease, outside, queue, sensitive },
      lineage: { agentVersionId, version, definitionHash: hash, epoch },
      now: () => databaseTime(run),
    });
    const advanced = await services.engine({
      definition,
      versionId: job.agentVersionId,
      job: { id: job.jobId, startedAt: job.startedAt.getTime() },
      input,
      host,
      entries: kept?.entries ?? history.journal.map(asEntry),
      parked: kept?.run,
      signal: controller.signal,
      append: (entry) => writer.journal(entry),
      observe: (event) => writer.event(event),
      room: () => writer.room(),
    });
    const { outcome } = advanced;
    const written = await settle(writer, withoutSecrets(outcome, host), job);
    tellEnd(services, written, epoch);
    if (isAsParked(written)) keep(services, { job, writer, advanced });
    if (job.parentId !== undefined && outcome.state !== 'waiting') await tellParent(services, job);
  } catch (error) {
    if (!(error instanceof WorkerDrained)) throw withoutData(error, sensitive);
    await writer.release();
  }
}

function tellEnd({ log }: RunServices, { state }: AdvanceResult, epoch: number): void {
  log.debug({ epoch, state }, 'a run came to its end');
  if (state === 'FAILED' || state === 'DEAD') currentTrace()?.set({ 'error.type': state });
}

/** What nobody can read any more nobody can go on with. */
async function endErased({ queue }: RunServices, job: ClaimedJob): Promise<void> {
  const { problem } = workflowError('runtime', 'the data of the job has been erased');
  await queue.finish(job, {}, { state: 'FAILED', error: problem });
}

/** What goes to the log tells nothing of what the job knows of people. */
function withoutData(error: unknown, { text }: Pick<OpenedJob['sensitive'], 'text'>): unknown {
  hideMessages(error, text);
  return error;
}

function wholeHistory({ kept }: Run, loaded: History): History {
  return kept === undefined ? loaded : { ...loaded, journal: kept.entries, told: kept.told };
}

/** True when the journal of a job that waits, or has been answered meanwhile, is what its run has seen of it. */
function isAsParked({ state, isSuperseded }: AdvanceResult): boolean {
  return !isSuperseded && (state === 'WAITING' || state === 'QUEUED');
}

interface Parking {
  readonly job: ClaimedJob;
  readonly writer: JobWriter;
  readonly advanced: Advanced;
}

function keep({ parked }: RunServices, { job, writer, advanced }: Parking): void {
  const { parked: run, entries } = advanced;
  // What another thread runs is replayed.
  if (run !== undefined)
    parked.keep(job.jobId, { epoch: job.epoch, run, entries, told: writer.told() });
}

// Timers and leases go by one clock, whatever that of this machine says. It starts late by the way of the answer, so a
// timer is never early.
function databaseTime({ job, receivedAt }: Run): number {
  return Math.floor(job.claimedAt.getTime() + performance.now() - receivedAt);
}

/** Nothing is lost when this fails: a chore of the workers looks for ends that were not told. */
async function tellParent({ queue, log }: RunServices, { jobId }: ClaimedJob): Promise<void> {
  await queue
    .answerParent(jobId)
    .catch((error: unknown) => log.debug({ err: error, jobId }, 'could not tell a parent'));
}

/** What a definition of an earlier time puts into its output is kept without the values of secrets. */
function withoutSecrets(outcome: Outcome, host: JobHost): Outcome {
  return outcome.state === 'completed'
    ? { ...outcome, output: host.withoutSecrets(outcome.output) }
    : outcome;
}

async function settle(
  writer: JobWriter,
  outcome: Outcome,
  job: ClaimedJob,
): Promise<AdvanceResult> {
  switch (outcome.state) {
    case 'completed':
      return await writer.finish(finalState(outcome.output));
    case 'faulted':
      return await writer.finish({ state: 'FAILED', error: toStorable(outcome.error) });
    case 'cancelled':
      return await writer.finish({ state: 'CANCELLED', error: null });
    case 'waiting': {
      const { wakeAt, waits } = outcome;
      const until = wakeAt === undefined ? null : new Date(wakeAt).toISOString();
      const data = { until, waits: waits.map(({ kind, task }) => ({ kind, task })) };
      writer.event({ type: 'dev.operandi.job.waiting.v1', data });
      return await writer.park({
        wakes: job.wakes,
        ...(wakeAt === undefined ? {} : { runAt: new Date(wakeAt) }),
      });
    }
  }
}

function finalState(output: JsonValue): FinalState {
  if (isStorable(output)) return { state: 'SUCCEEDED', output };
  const detail = 'the output holds NUL characters or broken Unicode, which cannot be kept';
  return { state: 'FAILED', error: workflowError('runtime', detail).problem };
}

async function failAttempt(
  services: RunServices,
  { job, lease }: Run,
  error: unknown,
): Promise<void> {
  const { queue, log } = services;
  const { jobId, epoch } = job;
  log.error({ err: error, jobId, epoch }, 'a run broke off');
  currentTrace()?.set({ 'error.type': 'ATTEMPT_LOST' });
  try {
    // A database that was away is not the job's doing: it is given back unharmed.
    await outlast(
      async () => {
        if (isPassingFault(error)) await queue.release(job);
        else await queue.failAttempt(job, toStorable(toProblem(error)));
      },
      () => !lease.hasEnded(),
    );
  } catch (fault) {
    // The lease runs out by itself, and the reaper counts the attempt.
    log.warn({ err: fault, jobId, epoch }, 'could not give a broken job back');
  }
}

// Only the messages of known errors are fit to be shown to the tenant.
function toProblem(error: unknown): JsonObject {
  const detail =
    error instanceof AppError ? error.message : 'the platform failed while it ran the job';
  return {
    type: 'https://operandi.dev/problems/attempt-failed',
    title: 'Attempt failed',
    status: 500,
    detail,
    code: error instanceof AppError ? error.code : 'INTERNAL',
  };
}

function isLeaving(error: unknown): error is Error {
  return error instanceof JobLeft || (error instanceof AppError && error.code === 'STALE_LEASE');
}

// The journal of a job holds what the engine appended and nothing else: `append` above is its only writer.
function asEntry(draft: JournalDraft): JournalEntry {
  return draft as JournalEntry;
}
