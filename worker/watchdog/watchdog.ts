import inspector from 'node:inspector';
import { Worker } from 'node:worker_threads';
import type { Config } from '../../kernel/config/config.ts';
import type { Database } from '../../kernel/database/database.ts';
import { atWork } from '../../kernel/last-net.ts';

/** What the watching thread is given. */
export interface WatchOrder {
  /** Counts the beats of the main thread. */
  readonly beats: Int32Array<SharedArrayBuffer>;
  readonly beatMs: number;
  /** After how much silence it tells of it, milliseconds. */
  readonly muteMs: number;
  /** After how much it ends the process, milliseconds. */
  readonly endMs: number;
  /** Name of the worker whose jobs are given up. */
  readonly owner: string;
  /** Undefined where the database runs in the main thread itself. */
  readonly databaseUrl: string | undefined;
}

/** How a main thread is watched. */
interface WatchdogOptions extends Pick<Config['poison'], 'muteMs'> {
  readonly owner: string;
  readonly database: Pick<Database, 'isEmbedded' | 'url'>;
}

const beatMs = 250;
/** A process that nobody restarts, with its database inside, is given this many times as long to come back. */
const embeddedPatience = 6;

/**
 * Watches the main thread from another one. When it stands still for too long, the job that it stands in is found and
 * quarantined, the others are given back unharmed, and the process is ended: nobody else could take its jobs.
 */
export function startWatchdog({ muteMs, owner, database }: WatchdogOptions): AsyncDisposable {
  // Whoever halts the thread in a debugger does so on purpose.
  if (inspector.url() !== undefined) return { [Symbol.asyncDispose]: () => Promise.resolve() };
  const beats = new Int32Array(new SharedArrayBuffer(4));
  Reflect.set(globalThis, atWorkName, () => atWork.getStore());
  const { isEmbedded, url } = database;
  const order: WatchOrder = {
    ...{ beats, beatMs, muteMs, owner },
    endMs: isEmbedded ? muteMs * embeddedPatience : muteMs,
    databaseUrl: isEmbedded ? undefined : url,
  };
  const thread = new Worker(new URL('watch.ts', import.meta.url), { workerData: order });
  thread.unref();
  thread.on('error', () => undefined);
  const timer = setInterval(() => Atomics.add(beats, 0, 1), beatMs);
  timer.unref();
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      await thread.terminate();
    },
  };
}

/** Under which global name the watching thread asks the main thread what it works at. */
export const atWorkName = 'operandiAtWork';
