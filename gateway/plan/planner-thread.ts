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
  /** A thread that was started before; of use if it is for the same supergraph. @default none */
  readonly ahead?: PlannerAhead | undefined;
}

/** A planning thread that loads what it needs while its process still does other things. */
export interface PlannerAhead extends Disposable {
  /** Hands the thread over, once, if it is for this supergraph. */
  take(supergraphSdl: string): BegunThread | undefined;
}

/** A thread that has not said yet whether it can use its supergraph. */
interface BegunThread {
  readonly worker: Worker;
  readonly answer: Promise<WorkerMessage>;
}

const maxMemoryMb = 2_048;

/** Starts a planning thread for whoever asks for one for this supergraph; disposing ends it unless somebody has. */
export function startPlannerAhead(supergraphSdl: string): PlannerAhead {
  let begun: BegunThread | undefined = beginThread(supergraphSdl);
  return {
    take(wanted) {
      if (wanted !== supergraphSdl) return undefined;
      const taken = begun;
      begun = undefined;
      return taken;
    },
    [Symbol.dispose]: () => void begun?.worker.terminate(),
  };
}

/**
 * A planner in its own thread: neither building a supergraph nor a hard plan stops the event loop, and the memory of
 * an old supergraph goes with its thread. Plans are made one after the other; one that takes too long or too much
 * memory takes the thread with it, and those behind it get a new one.
 */
export async function startPlannerThread(
  supergraphSdl: string,
  { planTimeoutMs, onLost, ahead }: PlannerThreadOptions,
): Promise<Planner> {
  let thread = await useThread(ahead?.take(supergraphSdl) ?? beginThread(supergraphSdl));
  const closed = new AbortController();
  let queue: Promise<unknown> = Promise.resolve();
  const planNext = async (request: PlanRequest): Promise<PlanRoot | undefined> => {
    closed.signal.throwIfAborted();
    if (thread.isLost) thread = await useThread(beginThread(supergraphSdl));
    try {
      return await thread.plan(request, planTimeoutMs);
    } catch (error) {
      if (thread.isLost && !closed.signal.aborted) onLost(error);
      throw error;
    }
  };
  return {
    supergraph: thread.supergraph,
    plan: (document, overrides = []) => {
      const plan = queue.then(() => planNext({ document, overrides }));
      queue = plan.catch(() => undefined);
      return plan;
    },
    [Symbol.dispose]: () => {
      closed.abort(new Error('The planner has been closed'));
      thread.end();
    },
  };
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
