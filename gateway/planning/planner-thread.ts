import { Worker } from 'node:worker_threads';

import type { PlanRoot } from './plan.ts';
import type { PlannedSupergraph, Planner } from './planner.ts';
import type { PlanRequest, WorkerMessage, WorkerStart } from './worker-protocol.ts';

interface Pending {
  readonly resolve: (plan: PlanRoot | undefined) => void;
  readonly reject: (error: Error) => void;
}

/**
 * A planner in its own thread: neither building a supergraph nor a hard plan stops the event loop,
 * and the memory of an old supergraph goes with its thread.
 */
export async function startPlannerThread(supergraphSdl: string): Promise<Planner> {
  const start: WorkerStart = { supergraphSdl };
  const worker = new Worker(new URL('./planner-worker.ts', import.meta.url), { workerData: start });
  worker.unref();
  try {
    const supergraph = await untilReady(worker);
    return createThreadPlanner(worker, supergraph);
  } catch (error) {
    void worker.terminate();
    throw error;
  }
}

function untilReady(worker: Worker): Promise<PlannedSupergraph> {
  return new Promise((resolve, reject) => {
    worker.ref();
    worker.once('error', reject);
    worker.once('message', (message: WorkerMessage) => {
      worker.off('error', reject);
      worker.unref();
      if (message.kind === 'ready') resolve(message.supergraph);
      else
        reject(
          new Error(
            `The supergraph cannot be used: ${'message' in message ? message.message : ''}`,
          ),
        );
    });
  });
}

function createThreadPlanner(worker: Worker, supergraph: PlannedSupergraph): Planner {
  const pending = new Map<number, Pending>();
  let lastId = 0;
  let gone: Error | undefined;

  const fail = (error: Error): void => {
    gone = error;
    for (const { reject } of pending.values()) reject(error);
    pending.clear();
    worker.unref();
  };
  worker.on('error', (error) => fail(error instanceof Error ? error : new Error(String(error))));
  worker.on('exit', () => fail(new Error('The planning thread has ended')));
  worker.on('message', (message: WorkerMessage) => {
    if (message.kind !== 'planned' && message.kind !== 'refused') return;
    const waiting = pending.get(message.id);
    pending.delete(message.id);
    if (pending.size === 0) worker.unref();
    if (message.kind === 'planned') waiting?.resolve(message.plan);
    else waiting?.reject(new Error(message.message));
  });

  return {
    supergraph,
    plan: (document, overrides = []) =>
      new Promise((resolve, reject) => {
        if (gone !== undefined) {
          reject(gone);
          return;
        }
        const id = ++lastId;
        pending.set(id, { resolve, reject });
        worker.ref();
        worker.postMessage({ id, document, overrides } satisfies PlanRequest);
      }),
    [Symbol.dispose]: () => void worker.terminate(),
  };
}
