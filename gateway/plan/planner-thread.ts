import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';

import { AppError } from '../../kernel/errors.ts';
import type { PlanRoot } from './plan.ts';
import type { PlannedSupergraph, Planner } from './planner.ts';
import type { PlanRequest, WorkerMessage, WorkerStart } from './worker-protocol.ts';

/** What an operation may cost before its planning is given up. */
export interface PlannerThreadOptions {
  /** Milliseconds for one plan. */
  readonly planTimeoutMs: number;
  /** Called when the thread is lost, by a plan that took too long or too much memory for instance. */
  readonly onLost: (reason: unknown) => void;
  /** What the planner would say of this supergraph: then nobody waits for it before the first plan. @default none */
  readonly known?: PlannedSupergraph | undefined;
}

/** A thread that has not said yet whether it can use its supergraph. */
interface BegunThread {
  readonly worker: Worker;
  readonly answer: Promise<WorkerMessage>;
}

const maxMemoryMb = 2_048;
/** When a thread that nobody waits for begins by itself, milliseconds: a process that starts has other things to do. */
const unhurriedMs = 1_000;

/**
 * A planner in its own thread: neither building a supergraph nor a hard plan stops the event loop, and the memory of
 * an old supergraph goes with its thread. Plans are made one after the other; one that takes too long or too much
 * memory takes the thread with it, and those behind it get a new one.
 */
export async function startPlannerThread(
  supergraphSdl: string,
  { planTimeoutMs, onLost, known }: PlannerThreadOptions,
): Promise<Planner> {
  const closed = new AbortController();
  const [first, supergraph] = known === undefined ? await firstThread() : [undefined, known];
  let thread: PlannerThread | undefined = first;
  let queue: Promise<unknown> = Promise.resolve();
  if (thread === undefined) beginUnhurried();
  const planNext = async (request: PlanRequest): Promise<PlanRoot | undefined> => {
    const thread = await openThread();
    try {
      return await thread.plan(request, planTimeoutMs);
    } catch (error) {
      if (thread.isLost && !closed.signal.aborted) onLost(error);
      throw error;
    }
  };
  return {
    supergraph,
    plan: (document, overrides = []) => {
      const plan = queue.then(() => planNext({ document, overrides }));
      queue = plan.catch(() => undefined);
      return plan;
    },
    [Symbol.dispose]: () => {
      closed.abort(new Error('The planner has been closed'));
      thread?.end();
    },
  };

  async function firstThread() {
    const first = await useThread(beginThread(supergraphSdl));
    return [first, first.supergraph] as const;
  }

  async function openThread(): Promise<PlannerThread> {
    closed.signal.throwIfAborted();
    if (thread !== undefined && !thread.isLost) return thread;
    thread = await useThread(beginThread(supergraphSdl));
    if (closed.signal.aborted) thread.end();
    closed.signal.throwIfAborted();
    return thread;
  }

  function beginUnhurried(): void {
    const timer = setTimeout(() => {
      queue = queue.then(openThread).catch(() => undefined);
    }, unhurriedMs);
    timer.unref();
    closed.signal.addEventListener('abort', () => clearTimeout(timer));
  }
}

interface PlannerThread {
  readonly supergraph: PlannedSupergraph;
  readonly isLost: boolean;
  plan(request: PlanRequest, withinMs: number): Promise<PlanRoot | undefined>;
  end(): void;
}

function beginThread(supergraphSdl: string): BegunThread {
  const start: WorkerStart = { supergraphSdl };
  const worker = new Worker(new URL('./planner-worker.ts', import.meta.url), {
    workerData: start,
    resourceLimits: { maxOldGenerationSizeMb: maxMemoryMb },
  });
  const answer = hear(worker);
  // Whoever takes the thread hears what went wrong.
  answer.catch(() => undefined);
  return { worker, answer };
}

async function useThread({ worker, answer: begun }: BegunThread): Promise<PlannerThread> {
  let isLost = false;
  const end = (): void => {
    isLost = true;
    void worker.terminate();
  };
  // What goes wrong between two plans is seen by the next one.
  worker.on('error', end);
  worker.on('exit', end);
  const answer = await begun.catch((error: unknown) => {
    end();
    throw error;
  });
  if (answer.kind !== 'ready') {
    end();
    const reason = answer.kind === 'broken' ? answer.message : answer.kind;
    throw new Error(`The supergraph cannot be used: ${reason}`);
  }
  return {
    supergraph: answer.supergraph,
    get isLost() {
      return isLost;
    },
    plan: async (request, withinMs) => {
      const heard = hear(worker, withinMs);
      worker.postMessage(request);
      const found = await heard.catch((error: unknown) => {
        end();
        throw error;
      });
      if (found.kind === 'planned') return found.plan;
      const reason = found.kind === 'refused' ? found.message : found.kind;
      throw new AppError('PLANNING_FAILED', `No plan was found for this operation: ${reason}`);
    },
    end,
  };
}

/** The next message of the thread, which keeps the process alive until then. */
async function hear(worker: Worker, withinMs?: number): Promise<WorkerMessage> {
  const heard = new AbortController();
  const { signal } = heard;
  worker.ref();
  try {
    const waits = [once(worker, 'message', { signal }), failWhenEnded(worker, signal)];
    if (withinMs !== undefined) waits.push(failAfter(withinMs, signal));
    // Both ends are this folder's files.
    const [message] = (await Promise.race(waits)) as [WorkerMessage];
    return message;
  } catch (error) {
    throw isOutOfMemory(error)
      ? new AppError('LIMIT_EXCEEDED', `A plan for this operation needs over ${maxMemoryMb} MB`)
      : error;
  } finally {
    heard.abort();
    worker.unref();
  }
}

async function failWhenEnded(worker: Worker, signal: AbortSignal): Promise<never> {
  await once(worker, 'exit', { signal });
  throw new Error('The planning thread has ended');
}

async function failAfter(ms: number, signal: AbortSignal): Promise<never> {
  await delay(ms, undefined, { signal });
  throw new AppError('LIMIT_EXCEEDED', `No plan for this operation was found within ${ms} ms`);
}

function isOutOfMemory(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
}
