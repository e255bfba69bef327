import process from 'node:process';
import { openServices, type OpenServices } from '../../core/open-services.ts';
import type { Config } from '../../kernel/config/config.ts';
import { createLogger } from '../../kernel/logger.ts';
import { sleep } from '../../kernel/retry/sleep.ts';
import type { PerformCall } from '../outside.ts';
import { endWorker } from '../end-worker.ts';
import { createWorker, type Worker } from '../worker.ts';
import type { LaneOrder } from './lanes.ts';
import { beatMs } from './monitor.ts';

/** How often a lane without a job looks whether there is one before it ends. */
const idleTurns = 3;

/** The process of a lane: runs quarantined jobs, one at a time, until there is none or it is told to stop. */
export async function runLane(
  signal: AbortSignal,
  createPerform: (services: OpenServices) => PerformCall,
): Promise<void> {
  const stopping = new AbortController();
  const { config, owner } = await receiveOrder(() => stopping.abort());
  const log = createLogger({ level: config.logLevel, name: 'quarantine' });
  const leaving = AbortSignal.any([signal, stopping.signal]);
  const beat = setInterval(() => process.send?.('beat', () => undefined), beatMs);
  try {
    await using services = await openServices(config, log, leaving);
    const perform = createPerform(services);
    await using worker = createWorker({ ...services, perform, config }, { id: owner });
    worker.start();
    await untilIdle(worker, { services, config, signal: leaving });
    await endWorker(worker, signal.reason, config);
  } finally {
    clearInterval(beat);
    if (process.connected) process.disconnect();
  }
}

interface Watched {
  readonly services: OpenServices;
  readonly config: Config;
  readonly signal: AbortSignal;
}

async function untilIdle(worker: Worker, { services, config, signal }: Watched): Promise<void> {
  for (let idle = 0; idle < idleTurns && !signal.aborted;) {
    await sleep(config.worker.pollMs, signal).catch(() => undefined);
    const isBusy = worker.jobCount > 0 || (await services.queue.hasQuarantined().catch(() => true));
    idle = isBusy ? 0 : idle + 1;
  }
}

/** Resolves with the first message; any later one, and the end of who sends, tells this process to stop. */
function receiveOrder(stop: () => void): Promise<LaneOrder> {
  return new Promise((resolve, reject) => {
    process.once('disconnect', () => {
      stop();
      reject(new Error('the worker of this lane has gone'));
    });
    process.once('message', (message) => {
      process.on('message', stop);
      resolve(asOrder(message));
    });
  });
}

// Only the process that forked this one can send, and it sends an order first.
function asOrder(message: unknown): LaneOrder {
  return message as LaneOrder;
}
