import cluster, { type Worker } from 'node:cluster';
import { once } from 'node:events';
import { createServer } from 'node:net';

import type { Logger } from 'pino';
import { RateLimiterClusterMaster } from 'rate-limiter-flexible';
import { z } from 'zod';

import { exponentialBackoff } from '../../kernel/retry/backoff.ts';
import { sleep } from '../../kernel/retry/sleep.ts';
import { keepUsage, type KeptUsage } from './kept-usage.ts';
import { noteMetrics, type NotedMetrics } from './merged-metrics.ts';
import { readyTopic } from './peers.ts';
import { createSwitchboard, type Switchboard } from './switchboard.ts';

interface WorkersOptions {
  /** How many processes answer on the one port. */
  readonly count: number;
  /** 0: any free one, the same for all. */
  readonly port: number;
  readonly host: string;
  readonly log: Logger;
  readonly signal: AbortSignal;
  /** Says what people have to know. */
  readonly print: (line: string) => void;
}

const backoff = exponentialBackoff({ firstMs: 100, maxMs: 30_000, jitter: 0.2 });
/** Who lived so long has not failed at once. */
const soundAfterMs = 60_000;
/** How often workers are told to stop: one that is just starting may not have heard. */
const stopAgainMs = 500;

interface Held extends WorkersOptions {
  readonly switchboard: Switchboard;
  readonly numbers: NotedMetrics;
  readonly usage: KeptUsage;
  /** Resolves when one has listened for the first time. */
  readonly first: PromiseWithResolvers<true>;
  hasBegun: boolean;
}

/** Runs this command again in processes that share the port, and replaces those that die, until the signal. */
export async function runWorkers(options: WorkersOptions): Promise<void> {
  const { count, log, signal } = options;
  const port = options.port === 0 ? await freePort(options.host) : options.port;
  // All accept from one queue: what would be handed to a worker that has just died is taken by another.
  cluster.schedulingPolicy = cluster.SCHED_NONE;
  cluster.setupPrimary({ args: [...process.argv.slice(2), '--port', String(port)] });
  const switchboard = createSwitchboard();
  // Counts for all of them, where there is no Redis.
  new RateLimiterClusterMaster();
  using numbers = noteMetrics(switchboard);
  await using usage = keepUsage(switchboard, { log });
  const first = Promise.withResolvers<true>();
  const held: Held = { ...options, switchboard, numbers, usage, first, hasBegun: false };
  hearWhoIsReady(held);
  using _ = tellToStop(held);
  // What is wrong with the configuration is said by one of them, and the next begin with what it has planned.
  const slots = [keepWorker(held)];
  await Promise.race([first.promise, ...slots]);
  while (slots.length < count && !signal.aborted) slots.push(keepWorker(held));
  await Promise.all(slots);
}

const ready = z.object({ url: z.string() });

function hearWhoIsReady(held: Held): void {
  const { switchboard, count, print, first } = held;
  const listening = new Set<number>();
  switchboard.on(readyTopic, (value, from) => {
    const { url } = ready.parse(value);
    listening.add(from);
    if (listening.size === count) print(`Gateway ready at ${url}, ${count} workers`);
    if (held.hasBegun) return;
    held.hasBegun = true;
    first.resolve(true);
  });
}

function tellToStop({ signal, switchboard }: Held): Disposable {
  let timer: NodeJS.Timeout | undefined;
  const tell = (): void => switchboard.broadcast({ operandi: 'stop' });
  const begin = (): void => {
    tell();
    timer = setInterval(tell, stopAgainMs);
  };
  if (signal.aborted) begin();
  else signal.addEventListener('abort', begin, { once: true });
  return {
    [Symbol.dispose]: () => {
      signal.removeEventListener('abort', begin);
      clearInterval(timer);
    },
  };
}

/** One place for a worker. Throws when it ends before any has ever listened. */
async function keepWorker(held: Held): Promise<void> {
  const { log, signal } = held;
  let failures = 0;
  const isStopping = (): boolean => signal.aborted;
  while (!isStopping()) {
    const started = performance.now();
    const end = await runWorker(held);
    if (isStopping()) return;
    if (!held.hasBegun)
      throw new Error(`a worker could not start (${end.by ?? `exit code ${end.code ?? ''}`})`);
    failures = performance.now() - started > soundAfterMs ? 1 : failures + 1;
    const retryMs = Math.round(backoff.delayMs(failures, Math.random));
    log.error({ ...end, retryMs }, 'a worker has ended; another takes its place');
    await sleep(retryMs, signal).catch(() => undefined);
  }
}

/** Workers that ask for any port get the same one only while one of them has it. */
async function freePort(host: string): Promise<number> {
  const server = createServer().listen(0, host);
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('The server has no port');
  return address.port;
}

interface WorkerEnd {
  readonly pid: number | undefined;
  readonly code: number | null;
  /** Signal. */
  readonly by: string | null;
}

async function runWorker({ switchboard, numbers, usage }: Held): Promise<WorkerEnd> {
  const worker = cluster.fork();
  switchboard.join(worker);
  const { code, by } = await endOf(worker);
  switchboard.leave(worker);
  usage.leave(worker.id);
  await numbers.leave(worker.id);
  return { pid: worker.process.pid, code, by };
}

/** What it has sent may come after it has ended. An error of its channel is no end. */
function endOf(worker: Worker): Promise<Omit<WorkerEnd, 'pid'>> {
  const exit = Promise.withResolvers<Omit<WorkerEnd, 'pid'>>();
  const silence = Promise.withResolvers<true>();
  worker.once('exit', (code: number | null, by: string | null) => exit.resolve({ code, by }));
  worker.once('disconnect', () => silence.resolve(true));
  return silence.promise.then(() => exit.promise);
}
