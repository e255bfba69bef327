import type { Limits } from '../../engine/limits.ts';
import type { Outcome } from '../../engine/run.ts';
import { AppError } from '../../kernel/errors.ts';
import type { Logger } from '../../kernel/logger.ts';
import { spawnThread, type ThreadDeath } from '../../kernel/threads/spawn-thread.ts';
import type { HandedRun } from '../engine-run.ts';
import { asFromThread, type ToThread } from './messages.ts';
import { startRemoteRun, type RemoteRun } from './remote-run.ts';
import { watchSilence } from './silence.ts';

/** What each thread for runs is given. */
export interface EngineThreadOptions {
  /** Megabytes. */
  readonly memoryMb: number;
  /** How long it may compute without a word, milliseconds of its own processor time. */
  readonly muteMs: number;
  readonly limits: Partial<Limits>;
  readonly log: Logger;
}

/** A thread that runs jobs side by side, and is ended when one of them takes it for itself. */
export interface WatchedThread {
  readonly isAlive: boolean;
  /** Runs on it. */
  readonly size: number;
  /** Rejects with `ThreadLost` when the thread ends through no fault of this run. */
  run(run: HandedRun): Promise<Outcome>;
  stop(): Promise<void>;
}

/** The thread of a run is no more, and another run was at work on it then. */
export class ThreadLost extends Error {
  override readonly name = 'ThreadLost';

  constructor() {
    super('the thread of the run was ended');
  }
}

/** Starts a thread; its modules are loaded while the first run waits. */
export function openThread({ memoryMb, muteMs, limits, log }: EngineThreadOptions): WatchedThread {
  const desk = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  const runs = new Map<number, RemoteRun>();
  let lastRun = 0;
  let [isAlive, isMute] = [true, false];

  const thread = spawnThread({
    entry: new URL('./engine-thread.ts', import.meta.url),
    maxMemoryMb: memoryMb,
    data: desk,
    onMessage(message) {
      const told = asFromThread(message);
      silence.heard();
      if (told.kind !== 'pong') runs.get(told.run)?.hear(told);
    },
  });
  const post = (message: ToThread): void => thread.post(message);

  const silence = watchSilence({
    thread,
    muteMs,
    isBusy: () => runs.size > 0,
    ask: () => post({ kind: 'ping' }),
    onMute() {
      isMute = true;
      void thread.stop();
    },
  });

  void thread.died.then((death) => {
    isAlive = false;
    silence[Symbol.dispose]();
    const culprit = runs.get(Atomics.load(desk, 0));
    const cause = isMute ? 'mute' : death.reason;
    if (cause !== 'stopped')
      log.warn({ cause, runs: runs.size }, 'a thread of the engine was lost');
    for (const run of runs.values())
      run.leave(run === culprit ? faultOf(cause, { memoryMb, muteMs }) : new ThreadLost());
  });

  return {
    get isAlive() {
      return isAlive;
    },
    get size() {
      return runs.size;
    },
    async run(given) {
      lastRun += 1;
      const run = lastRun;
      const remote = startRemoteRun(given, { run, limits, post });
      runs.set(run, remote);
      try {
        return await remote.ended;
      } finally {
        runs.delete(run);
      }
    },
    stop: () => thread.stop(),
  };
}

function faultOf(
  cause: ThreadDeath['reason'] | 'mute',
  { memoryMb, muteMs }: Pick<EngineThreadOptions, 'memoryMb' | 'muteMs'>,
): Error {
  switch (cause) {
    case 'memory':
      return new AppError(
        'LIMIT_EXCEEDED',
        `the job needed more memory than the ${String(memoryMb)} MB of its thread: let it keep less at the same time`,
      );
    case 'mute':
      return new AppError(
        'LIMIT_EXCEEDED',
        `the job computed for more than ${String(muteMs)} ms in one task: divide the task into several`,
      );
    case 'crash':
      return new AppError('INTERNAL', 'the thread of the job crashed while the job was at work');
    case 'stopped':
      return new ThreadLost();
  }
}
