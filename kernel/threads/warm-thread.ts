import { setTimeout as pause } from 'node:timers/promises';
import { AppError } from '../errors.ts';
import { asThreadMessage, fromFault, type ThreadMessage } from './serve-thread.ts';
import { spawnThread, type ThreadDeath } from './spawn-thread.ts';
import { startSpending, type Spending } from './spending.ts';

/** What one request may use. */
export interface WorkBudget {
  /** Computing time, milliseconds. */
  readonly deadlineMs: number;
  /** Gives the request up, and the thread with it. */
  readonly signal?: AbortSignal | undefined;
}

/** A thread that answers one request at a time. */
export interface WarmThread {
  readonly isAlive: boolean;
  /** Rejects, and ends the thread, when the request goes over its budget. */
  work(request: unknown, budget: WorkBudget): Promise<unknown>;
  stop(): Promise<void>;
}

/** How long a thread may take to load its modules, milliseconds. */
const startMs = 60_000;
/** Between two looks at what a request has used, milliseconds. */
const shortestMs = 10;

/** Starts the thread; it loads its modules while the first request waits. */
export function createWarmThread(entry: URL, maxMemoryMb: number): WarmThread {
  const ready = Promise.withResolvers<undefined>();
  let isAlive = true;
  let onReply: (message: ThreadMessage) => void = () => undefined;
  const thread = spawnThread({
    entry,
    maxMemoryMb,
    onMessage(message) {
      const known = asThreadMessage(message);
      if (known.kind === 'ready') ready.resolve(undefined);
      else onReply(known);
    },
  });
  const death = thread.died.then((died) => {
    isAlive = false;
    throw errorOf(died, maxMemoryMb);
  });
  death.catch(() => undefined);

  async function ask(request: unknown, deadlineMs: number, done: AbortSignal) {
    await Promise.race([ready.promise, late(startMs, done)]);
    const reply = Promise.withResolvers<ThreadMessage>();
    onReply = reply.resolve;
    const spending = startSpending(thread, deadlineMs);
    thread.post(request);
    return await Promise.race([reply.promise, overspent(spending, deadlineMs, done)]);
  }

  async function work(
    request: unknown,
    { deadlineMs, signal }: WorkBudget,
  ): Promise<ThreadMessage> {
    const done = new AbortController();
    thread.keepsProcess(true);
    try {
      const asked = ask(request, deadlineMs, done.signal);
      return await Promise.race([asked, death, aborted(signal, done.signal)]);
    } catch (error) {
      await stop();
      throw error;
    } finally {
      done.abort();
      thread.keepsProcess(false);
    }
  }

  async function stop(): Promise<void> {
    isAlive = false;
    await thread.stop();
  }

  return {
    get isAlive() {
      return isAlive;
    },
    work: async (request, budget) => answerOf(await work(request, budget)),
    stop,
  };
}

/** Rejects once a request has used its budget; settles no more when it is done. */
async function overspent(
  spending: Spending,
  deadlineMs: number,
  done: AbortSignal,
): Promise<never> {
  let leftMs = deadlineMs;
  while (leftMs > 0) {
    await sleep(Math.max(shortestMs, leftMs), done);
    leftMs = await spending.leftMs();
  }
  throw new AppError(
    'LIMIT_EXCEEDED',
    `more than ${String(deadlineMs)} ms of computing would be needed`,
  );
}

async function late(ms: number, done: AbortSignal): Promise<never> {
  await sleep(ms, done);
  throw new AppError('UNAVAILABLE', 'a thread did not start in time');
}

/** Never comes back once `done`: what waits for it is over. */
async function sleep(ms: number, done: AbortSignal): Promise<void> {
  const never = Promise.withResolvers<undefined>();
  await pause(ms, undefined, { signal: done }).catch(() => never.promise);
}

async function aborted(signal: AbortSignal | undefined, done: AbortSignal): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>();
  const giveUp = (): void => reject(reasonOf(signal));
  if (signal?.aborted === true) giveUp();
  signal?.addEventListener('abort', giveUp, { signal: done });
  return await promise;
}

function reasonOf(signal: AbortSignal | undefined): Error {
  const reason: unknown = signal?.reason;
  return reason instanceof Error ? reason : new Error('given up', { cause: reason });
}

function errorOf(death: ThreadDeath, maxMemoryMb: number): AppError {
  switch (death.reason) {
    case 'memory':
      return new AppError(
        'LIMIT_EXCEEDED',
        `more than ${String(maxMemoryMb)} MB of memory would be needed`,
      );
    case 'stopped':
      return new AppError('UNAVAILABLE', 'the thread was stopped');
    case 'crash':
      return new AppError('INTERNAL', 'a thread ended by itself', { cause: death.cause });
  }
}

function answerOf(message: ThreadMessage): unknown {
  switch (message.kind) {
    case 'answer':
      return message.answer;
    case 'fault':
      throw fromFault(message.fault);
    case 'ready':
      throw new AppError('INTERNAL', 'a thread began twice');
  }
}
