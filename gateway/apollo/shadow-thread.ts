import { Worker } from 'node:worker_threads';

import { AppError } from '../../kernel/errors.ts';
import type { CallSubgraph } from '../execute/fetch/subgraph-answer.ts';
import type { AskedOperation } from './apollo-runner.ts';
import type { Difference } from './compare-answers.ts';
import type { FromShadow, ShadowStart, ToShadow } from './shadow-protocol.ts';

/** ApolloGateway in a thread: it runs an operation again and tells where its answer differs. */
export interface ShadowThread extends Disposable {
  compare(
    asked: AskedOperation,
    given: string,
    through: { readonly call: CallSubgraph; readonly signal: AbortSignal },
  ): Promise<readonly Difference[]>;
}

interface Running {
  readonly call: CallSubgraph;
  readonly settle: (outcome: readonly Difference[] | Error) => void;
}

const maxMemoryMb = 1_024;

/** Throws what ApolloGateway says of a supergraph that it refuses. */
export async function startShadowThread(supergraphSdl: string): Promise<ShadowThread> {
  const start: ShadowStart = { supergraphSdl };
  const file = new URL('./shadow-worker.ts', import.meta.url);
  const worker = new Worker(file, {
    workerData: start,
    resourceLimits: { maxOldGenerationSizeMb: maxMemoryMb },
  });
  worker.unref();
  const running = new Map<number, Running>();
  let ended: Error | undefined;
  const end = (reason: Error): void => {
    ended ??= reason;
    for (const { settle } of running.values()) settle(reason);
    void worker.terminate();
  };
  const ready = Promise.withResolvers<true>();
  worker.on('error', (error: Error) => end(error));
  worker.on('exit', () => {
    end(new Error('The thread of ApolloGateway has ended'));
    ready.reject(ended);
  });
  worker.on('message', (message: FromShadow) => {
    if (message.kind === 'ready') ready.resolve(true);
    else if (message.kind === 'refused') ready.reject(refused(message.message));
    else receive(message, { running, worker });
  });
  let last = 0;
  const thread: ShadowThread = {
    compare: (asked, given, { call, signal }) =>
      new Promise((resolve, reject) => {
        if (ended !== undefined) {
          reject(ended);
          return;
        }
        const id = (last += 1);
        const abandon = (): void => settle(new Error('It took too long'));
        const settle: Running['settle'] = (outcome) => {
          running.delete(id);
          signal.removeEventListener('abort', abandon);
          if (outcome instanceof Error) reject(outcome);
          else resolve(outcome);
        };
        signal.addEventListener('abort', abandon, { once: true });
        running.set(id, { call, settle });
        post(worker, { kind: 'run', id, asked, given });
      }),
    [Symbol.dispose]: () => end(new Error('The thread of ApolloGateway was closed')),
  };
  worker.ref();
  try {
    await ready.promise;
  } catch (error) {
    thread[Symbol.dispose]();
    throw error;
  } finally {
    worker.unref();
  }
  return thread;
}

function refused(message: string): AppError {
  return new AppError('BAD_USER_INPUT', `@apollo/gateway refuses this supergraph: ${message}`);
}

function post(worker: Worker, message: ToShadow): void {
  worker.postMessage(message);
}

type Receivable = Exclude<FromShadow, { kind: 'ready' | 'refused' }>;

/** What belongs to an operation that was given up is dropped. */
function receive(
  message: Receivable,
  { running, worker }: { running: ReadonlyMap<number, Running>; worker: Worker },
): void {
  const { id } = message;
  const run = running.get(id);
  if (run === undefined) return;
  switch (message.kind) {
    case 'call':
      void run.call(message.service, message.body).then((answer) => {
        // As text: exact numbers would lose their class between threads.
        const text = JSON.stringify(answer);
        post(worker, { kind: 'answer', id, callId: message.callId, text });
      });
      break;
    case 'compared':
      run.settle(message.differences);
      break;
    case 'failed':
      run.settle(new Error(message.message));
      break;
  }
}
