import { createSuspendedTenants, type SuspendedTenants } from '../core/access/suspended-tenants.ts';
import { engineLimits } from '../core/jobs/engine-limits.ts';
import { newId } from '../kernel/ids.ts';
import type { JsonObject } from '../kernel/json.ts';
import type { StrayFault } from '../kernel/last-net.ts';
import type { Logger } from '../kernel/logger.ts';
import { createRetentionLag } from './retention-lag.ts';
import { choresOf } from './chores.ts';
import { claimUntil } from './claim-jobs.ts';
import { createDefinitions } from './definitions.ts';
import { createEngine } from './engine.ts';
import { every, type Chore } from './every.ts';
import { keepLeases } from './keep-leases.ts';
import { logCalls } from './log-calls.ts';
import { JobLeft, WorkerDrained } from './leaving.ts';
import type { Queue } from '../queue/queue.ts';
import { createOutside } from './outside.ts';
import { workerDied } from './quarantine/worker-died.ts';
import { observed } from './queue-watch.ts';
import { createParkedRuns, type ParkedRuns } from './parked-runs.ts';
import type { Run } from './run-job.ts';
import { createRuns, type Runs } from './runs.ts';
import { createEnginePool } from './threads/engine-pool.ts';
import { traceJobs } from './trace-jobs.ts';
import type { WorkerServices } from './worker-services.ts';
import { openSideDuties } from './side-duties.ts';
import { openWatches, type Measured } from './watches.ts';

/** Runs jobs in this process; disposing it gives back at once what is under way. */
export interface Worker extends AsyncDisposable {
  /** Name under which it holds leases. */
  readonly id: string;
  /** Jobs under way. */
  readonly jobCount: number;
  /** What it has measured last. */
  readonly measured: Measured;
  /** How long it has not come to an end of what is too old to be kept, seconds. */
  readonly retentionLagSeconds: number;
  /** Begins to claim. */
  start(): void;
  /**
   * Claims no more, lets running jobs go on, then gives back the rest.
   * @param deadlineMs how long running jobs may go on, milliseconds. @default 10_000
   */
  drain(deadlineMs?: number): Promise<void>;
  /** Ends after an error that nobody caught: the culprit is given up at once, all others may go on as in a drain. */
  fall(fault: StrayFault, deadlineMs?: number): Promise<void>;
}

/** How a worker is told apart that runs quarantined jobs, one at a time, and does nothing else. */
export interface Alone {
  /** Begins with `quarantinePrefix`. */
  readonly id: string;
}

const defaultDrainMs = 10_000;
const suspendedIntervalMs = 1_000;

/** A worker that has not begun yet. */
export function createWorker(services: WorkerServices, alone?: Alone): Worker {
  const { queue, doorbell, config, lanes } = services;
  const id = alone?.id ?? `worker-${newId()}`;
  const log = services.log.child({ worker: id });
  const { leaseMs } = config.worker;
  const suspended = createSuspendedTenants(services);
  const { runs, parked, pool } = openRuns(services, { id, log, suspended });
  const watches = openWatches({ ...services, log });
  const retentionLag = createRetentionLag();
  const claiming = new AbortController();
  const keeping = new AbortController();
  let claims: Promise<void> = Promise.resolve();
  let keeps: Promise<unknown> = Promise.resolve();

  const duties = openSideDuties(services, log);
  const vital = [heartbeat(services, runs), knowSuspended(suspended)];
  const giveBack = (): void => runs.abort(new WorkerDrained('the worker stops'));

  async function stop(deadlineMs: number, giveUp: () => void): Promise<void> {
    claiming.abort();
    await Promise.all([claims, lanes?.[Symbol.asyncDispose]()]);
    const timer = setTimeout(giveUp, deadlineMs);
    await runs.ended();
    clearTimeout(timer);
    await pool[Symbol.asyncDispose]();
    keeping.abort();
    await keeps;
    await duties[Symbol.asyncDispose]();
  }

  const drain = (deadlineMs = defaultDrainMs): Promise<void> => stop(deadlineMs, giveBack);

  return {
    id,
    get jobCount() {
      return runs.byJobId.size;
    },
    measured: watches.measured,
    get retentionLagSeconds() {
      return retentionLag.seconds;
    },
    start() {
      const own = [...choresOf(services), ...duties.chores, ...watches.chores];
      const chores = own.map(retentionLag.watched);
      const options = {
        ...{ ...config.worker, queue, doorbell, log, owner: id, start: runs.start, parked },
        isQuarantine: alone !== undefined,
      };
      claims = claimUntil(claiming.signal, options);
      keeps = Promise.all(
        [...vital, ...(alone === undefined ? chores : [])].map((chore) =>
          every(chore, log, keeping.signal),
        ),
      );
      heedRequests({ services, runs, log, signal: keeping.signal });
      log.info({ concurrency: config.worker.concurrency, leaseMs }, 'worker started');
    },
    drain,
    fall: (fault, deadlineMs = defaultDrainMs) =>
      fall(fault, { id, queue, runs, stop: (giveUp) => stop(deadlineMs, giveUp) }),
    [Symbol.asyncDispose]: () => drain(0),
  };
}

interface OpenRuns {
  readonly runs: Runs;
  readonly parked: ParkedRuns;
  /** The threads they run in. */
  readonly pool: AsyncDisposable;
}

/** The runs of a worker, and what they go on in. */
function openRuns(
  services: WorkerServices,
  own: { readonly id: string; readonly log: Logger; readonly suspended: SuspendedTenants },
): OpenRuns {
  const { queue, config } = services;
  const { id, log, suspended } = own;
  const limits = engineLimits(config.limits);
  const loadDefinition = createDefinitions(services, limits);
  const trace = traceJobs(logCalls(services.perform, log), services.tracing);
  const outside = createOutside({
    ...services,
    ...{ perform: trace.perform, suspended, limits: config.limits },
  });
  const { count, ...threads } = config.worker.threads;
  const pool = createEnginePool(count, { ...threads, limits, log });
  const engine = createEngine(limits, pool);
  const parked = createParkedRuns();
  const { observer } = services;
  const observedQueue = observer === undefined ? queue : observed(queue, observer);
  const runs = createRuns(
    {
      worker: id,
      queue: observedQueue,
      log,
      outside,
      engine,
      parked,
      loadDefinition,
      trace,
      observer,
    },
    config.worker.leaseMs,
  );
  return { runs, parked, pool };
}

interface Falling {
  readonly id: string;
  readonly queue: Pick<Queue, 'surrender'>;
  readonly runs: Runs;
  /** Waits for the runs, and calls `giveUp` for those that take too long. */
  readonly stop: (giveUp: () => void) => Promise<void>;
}

async function fall(fault: StrayFault, { id, queue, runs, stop }: Falling): Promise<void> {
  const owned = { owner: id, error: strayProblem(fault) };
  const culprit = runs.byJobId.get(fault.culprit ?? '');
  if (culprit !== undefined) {
    await queue.surrender({ ...owned, blamed: culprit.job.jobId, others: 'KEEP' });
    culprit.controller.abort(new JobLeft('it caused an error that nobody caught'));
  }
  // Where nobody is known to be guilty, those that hang are suspects.
  const others = culprit === undefined ? 'LOSS' : 'RELEASE';
  const leave = (): void => runs.abort(new WorkerDrained('the worker stops'));
  await stop(() => void queue.surrender({ ...owned, others }).then(leave, leave));
}

function heartbeat({ queue, config }: WorkerServices, { byJobId }: Runs): Chore {
  const { leaseMs } = config.worker;
  return {
    name: 'heartbeat',
    intervalMs: leaseMs / 4,
    turn: () => keepLeases({ queue, leaseMs, runs: byJobId }).then(() => false),
  };
}

function knowSuspended(suspended: SuspendedTenants): Chore {
  return {
    name: 'know-suspended',
    intervalMs: suspendedIntervalMs,
    turn: () => suspended.refresh().then(() => false),
  };
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

function strayProblem({ cause }: StrayFault): JsonObject {
  const name = cause instanceof Error ? cause.name : 'value';
  return workerDied(`an error of kind ${name} was caught by nobody`);
}
