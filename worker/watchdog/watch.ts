import process from 'node:process';
import { workerData } from 'node:worker_threads';
import { createPool } from '../../kernel/database/pool.ts';
import { createLogger } from '../../kernel/logger.ts';
import { surrenderJobs } from '../../queue/spend-attempt.ts';
import { onPool } from '../../queue/statement.ts';
import { workerDied } from '../quarantine/worker-died.ts';
import { findCulprit, type Standstill } from './find-culprit.ts';
import type { WatchOrder } from './watchdog.ts';

const order = asOrder(workerData);
const { beats, beatMs, muteMs, endMs } = order;
const log = createLogger({ level: 'warn', name: 'watchdog' });
/** How long the database may take to hear of it, milliseconds. */
const tellMs = 5_000;

let seen = -1;
let silentTurns = 0;
let isTold = false;
let isEnding = false;

// Counted in turns of this timer, which stands still when the whole process does.
setInterval(() => {
  const beat = Atomics.load(beats, 0);
  silentTurns = beat === seen ? silentTurns + 1 : 0;
  seen = beat;
  const silentMs = silentTurns * beatMs;
  if (silentMs === 0) isTold = false;
  if (silentMs >= muteMs && !isTold) {
    isTold = true;
    log.error({ silentMs }, 'the main thread stands still');
  }
  if (silentMs >= endMs && !isEnding) void end();
}, beatMs);

/** The main thread runs no handler of a signal any more, so this is the one that needs none. */
async function end(): Promise<void> {
  isEnding = true;
  const standstill = await findCulprit();
  if (standstill.stack.length === 0 && Atomics.load(beats, 0) !== seen) {
    isEnding = false;
    return;
  }
  try {
    log.fatal(standstill, 'ending the process, as its main thread stands still');
    await surrender(standstill);
  } catch (error) {
    log.error({ err: error }, 'could not tell of the end of a worker');
  } finally {
    process.kill(process.pid, 'SIGKILL');
  }
}

async function surrender({ culprit }: Standstill): Promise<void> {
  const { databaseUrl, owner } = order;
  if (databaseUrl === undefined) return;
  const limits = { size: 1, deadlineMs: tellMs, connectMs: tellMs, isSilenceWatched: true };
  const pool = createPool({ connectionString: databaseUrl }, limits, log);
  const error = workerDied(`the thread stood still for ${endMs} ms`);
  const others = culprit === undefined ? 'LOSS' : 'RELEASE';
  await surrenderJobs(onPool(pool), { owner, error, blamed: culprit, others });
}

// Only `startWatchdog` starts this thread.
function asOrder(data: unknown): WatchOrder {
  return data as WatchOrder;
}
