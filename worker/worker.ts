import { sealAuditEvents } from '../core/audit/seal.ts';
import type { Services } from '../core/context.ts';
import { tickSchedules } from '../core/jobs/tick-schedules.ts';
import type { Limits } from '../engine/limits.ts';
import type { Config } from '../kernel/config/config.ts';
import { newId } from '../kernel/ids.ts';
import type { Logger } from '../kernel/logger.ts';
import { claimUntil } from './claim-jobs.ts';
import { createDefinitions } from './definitions.ts';
import { every, type Chore } from './every.ts';
import { keepLeases } from './keep-leases.ts';
import { WorkerDrained } from './leaving.ts';
import { createOutside, type PerformCall } from './outside.ts';
import type { Run } from './run-job.ts';
import { createRuns, type Runs } from './runs.ts';
import { traceJobs } from './trace-jobs.ts';

/** Runs jobs in this process; disposing it gives back at once what is under way. */
export interface Worker extends AsyncDisposable {
  /** Name under which it holds leases. */
  readonly id: string;
  /** Jobs under way. */
  readonly jobCount: number;
  /** Begins to claim. */
  start(): void;
  /**
   * Claims no more, lets running jobs go on, then gives back the rest.
   * @param deadlineMs how long running jobs may go on, milliseconds. @default 10_000
   */
  drain(deadlineMs?: number): Promise<void>;
}

/** What a worker works with. */
export interface WorkerServices extends Pick<
  Services,
  'database' | 'queue' | 'doorbell' | 'keyring' | 'log' | 'tracing'
> {
  readonly perform: PerformCall;
  readonly config: Pick<Config, 'worker' | 'limits'>;
}

const defaultDrainMs = 10_000;
const reapIntervalMs = 1_000;
const reapLimit = 100;
const tellIntervalMs = 2_000;
const tickIntervalMs = 500;
const tickLimit = 50;
const sealIntervalMs = 500;
const sealLimit = 1_000;

/** A worker that has not begun yet. */
export function createWorker(services: WorkerServices): Worker {
  const { queue, doorbell, config, database } = services;
  const id = `worker-${newId()}`;
  const log = services.log.child({ worker: id });
  const limits = engineLimits(config.limits);
  const loadDefinition = createDefinitions(database, limits);
  const { leaseMs } = config.worker;
  const trace = traceJobs(services.perform, services.tracing);
  const outside = createOutside({ ...services, perform: trace.perform, limits: config.limits });
  const runs = createRuns(
    { worker: id, queue, log, outside, limits, loadDefinition, trace },
    leaseMs,
  );
  const claiming = new AbortController();
  const keeping = new AbortController();
  let claims: Promise<void> = Promise.resolve();
  let keeps: Promise<unknown> = Promise.resolve();

  async function drain(deadlineMs = defaultDrainMs): Promise<void> {
    claiming.abort();
    await claims;
    const timer = setTimeout(() => runs.abort(new WorkerDrained('the worker stops')), deadlineMs);
    await runs.ended();
    clearTimeout(timer);
    keeping.abort();
    await keeps;
  }

  return {
    id,
    get jobCount() {
      return runs.byJobId.size;
    },
    start() {
      const options = { ...config.worker, queue, doorbell, log, owner: id, start: runs.start };
      claims = claimUntil(claiming.signal, options);
      keeps = Promise.all(
        choresOf(services, runs).map((chore) => every(chore, log, keeping.signal)),
      );
      heedRequests({ services, runs, log, signal: keeping.signal });
      log.info({ concurrency: config.worker.concurrency, leaseMs }, 'worker started');
    },
    drain,
    [Symbol.asyncDispose]: () => drain(0),
  };
}

function choresOf(services: WorkerServices, { byJobId }: Runs): readonly Chore[] {
  const { queue, config } = services;
  const { leaseMs } = config.worker;
  return [
    {
      name: 'heartbeat',
      intervalMs: leaseMs / 4,
      turn: () => keepLeases({ queue, leaseMs, runs: byJobId }).then(() => false),
    },
    {
      name: 'reap',
      intervalMs: reapIntervalMs,
      turn: async () => (await queue.reap(reapLimit)).length === reapLimit,
    },
    {
      name: 'answer-parents',
      intervalMs: tellIntervalMs,
      turn: async () => (await queue.answerParents(reapLimit)) === reapLimit,
    },
    {
      name: 'tick-schedules',
      intervalMs: tickIntervalMs,
      turn: () => tickSchedules({ ...services, limits: config.limits }, tickLimit),
    },
    {
      name: 'seal',
      intervalMs: sealIntervalMs,
      turn: async () => (await sealAuditEvents(services, sealLimit)) === sealLimit,
    },
  ];
}

interface Heeding {
  readonly services: WorkerServices;
  readonly runs: Runs;
  readonly log: Logger;
  readonly signal: AbortSignal;
}

/** A request for a running job makes its worker ask the database now instead of at the next heartbeat. */
function heedRequests({ services, runs, log, signal }: Heeding): void {
  const { queue, doorbell, config } = services;
  const look = async (run: Run): Promise<void> => {
    const { leaseMs } = config.worker;
    await keepLeases({ queue, leaseMs, runs: new Map([[run.job.jobId, run]]) });
  };
  const stopListening = doorbell.listen('jobs.control', (jobId) => {
    const run = runs.byJobId.get(jobId);
    if (run === undefined) return;
    look(run).catch((error: unknown) =>
      log.debug({ err: error, jobId }, 'could not see a request'),
    );
  });
  signal.addEventListener('abort', stopListening, { once: true });
}

/** The limits of the configuration by the names of the engine. */
function engineLimits(limits: Config['limits']): Partial<Limits> {
  return {
    inputBytes: limits.inputBytes,
    outputBytes: limits.outputBytes,
    definitionBytes: limits.definitionBytes,
    journalBytes: limits.journalBytes,
    definitionTasks: limits.tasks,
    nesting: limits.nesting,
    tasks: limits.iterations,
  };
}
