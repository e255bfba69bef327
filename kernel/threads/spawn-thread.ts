import { getCompileCacheDir } from 'node:module';
import { dirname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { packed, unpacked } from './packed.ts';

/** Why a thread is no more. */
export type ThreadDeath =
  | { readonly reason: 'stopped' }
  /** It needed more memory than it may have. */
  | { readonly reason: 'memory' }
  /** It ended by itself, or by an error that nobody caught. */
  | { readonly reason: 'crash'; readonly cause?: unknown };

/** What a thread is started with. */
export interface ThreadOptions {
  /** A module that calls `serveThread`, or speaks to `parentPort` itself. */
  readonly entry: URL;
  /** Heap of the thread, megabytes. */
  readonly maxMemoryMb: number;
  readonly onMessage: (message: unknown) => void;
  /** Structured-cloned into `workerData`. */
  readonly data?: unknown;
}

/** A thread with a memory of its own that can be ended from outside whatever it is doing. */
export interface Thread {
  post(message: unknown): void;
  /** CPU time it has used since it began, milliseconds; undefined where it cannot be told. */
  cpuMs(): Promise<number | undefined>;
  /** Whether the thread keeps the process alive. */
  keepsProcess(keeps: boolean): void;
  /** Ends it wherever it is, at once. */
  stop(): Promise<void>;
  /** Resolves when it is no more; never rejects. */
  readonly died: Promise<ThreadDeath>;
}

/** How long a busy thread may take to tell its CPU time, milliseconds. */
const answerMs = 3_000;
/** Of the memory, for short-lived values. */
const youngShare = 4;

/**
 * Starts a thread. Of the environment it sees only where this process keeps compiled code, and it does not keep the
 * process alive until told to.
 */
export function spawnThread({ entry, maxMemoryMb, onMessage, data }: ThreadOptions): Thread {
  const worker = new Worker(entry, {
    workerData: data,
    env: compileCache(),
    execArgv: [],
    resourceLimits: {
      maxOldGenerationSizeMb: maxMemoryMb,
      maxYoungGenerationSizeMb: Math.max(1, Math.floor(maxMemoryMb / youngShare)),
    },
  });
  worker.unref();
  worker.on('message', (message: unknown) => onMessage(unpacked(message)));
  let isStopped = false;
  return {
    post: (message) => worker.postMessage(packed(message)),
    cpuMs: () => cpuMsOf(worker),
    keepsProcess(keeps) {
      if (keeps) worker.ref();
      else worker.unref();
    },
    async stop() {
      isStopped = true;
      await worker.terminate();
    },
    died: deathOf(worker, () => isStopped),
  };
}

/** What lets a thread find what was compiled before: it would compile all it loads each time otherwise. */
function compileCache(): NodeJS.ProcessEnv {
  const folder = getCompileCacheDir();
  // The folder that was asked for holds one of each kind of Node.js.
  return folder === undefined ? {} : { NODE_COMPILE_CACHE: dirname(folder) };
}

async function deathOf(worker: Worker, isStopped: () => boolean): Promise<ThreadDeath> {
  const { promise, resolve } = Promise.withResolvers<ThreadDeath>();
  // The error comes before the exit, and the first one settles it.
  worker.once('error', (cause) => {
    resolve(isOutOfMemory(cause) ? { reason: 'memory' } : { reason: 'crash', cause });
  });
  worker.once('exit', () => resolve({ reason: isStopped() ? 'stopped' : 'crash' }));
  return await promise;
}

function isOutOfMemory(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && cause.code === 'ERR_WORKER_OUT_OF_MEMORY';
}

async function cpuMsOf(worker: Worker): Promise<number | undefined> {
  const silence = Promise.withResolvers<undefined>();
  const timer = setTimeout(() => silence.resolve(undefined), answerMs);
  try {
    const usage = await Promise.race([worker.cpuUsage(), silence.promise]);
    return usage === undefined ? undefined : (usage.user + usage.system) / 1_000;
  } catch {
    return undefined;
  } finally {
    clearTimeout(timer);
  }
}
