import type { Outcome } from '../../engine/run.ts';
import { AppError } from '../../kernel/errors.ts';
import type { HandedRun } from '../engine-run.ts';
import {
  openThread,
  ThreadLost,
  type EngineThreadOptions,
  type WatchedThread,
} from './watched-thread.ts';

/** The threads of a worker for runs that compute much. */
export interface EnginePool extends AsyncDisposable {
  /** Drives a run to its end or its next wait; one that loses its thread by another's fault goes on elsewhere. */
  run(run: HandedRun): Promise<Outcome>;
}

/** How many threads a run may lose by no fault of its own before it is tried again another time. */
const maxMoves = 5;

/** A pool that starts its threads when they are needed. */
export function createEnginePool(count: number, options: EngineThreadOptions): EnginePool {
  let threads: WatchedThread[] = [];

  function freest(): WatchedThread {
    threads = threads.filter(({ isAlive }) => isAlive);
    const [least] = threads.toSorted((left, right) => left.size - right.size);
    if (least !== undefined && (least.size === 0 || threads.length >= count)) return least;
    const opened = openThread(options);
    threads.push(opened);
    return opened;
  }

  return {
    async run(run) {
      for (let moves = 0; moves < maxMoves; moves += 1) {
        try {
          return await freest().run(run);
        } catch (error) {
          if (!(error instanceof ThreadLost)) throw error;
        }
      }
      throw new AppError(
        'UNAVAILABLE',
        'the threads that the job ran on were lost again and again',
      );
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(threads.map((thread) => thread.stop()));
    },
  };
}
