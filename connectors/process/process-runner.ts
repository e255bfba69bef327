import { AppError } from '../../kernel/errors.ts';
import type { JsonObject } from '../../kernel/json.ts';
import { runProcess, type ProcessResult } from './run-process.ts';
import type { ProcessSettings } from './settings.ts';

/** The processes of definitions on this worker. */
export interface ProcessRunner {
  /**
   * Runs one when there is room. With `await: false` it answers at once, and the process goes on until the job leaves this
   * worker at the latest.
   */
  run(
    given: JsonObject,
    job: { readonly jobId: string; readonly signal: AbortSignal },
  ): Promise<ProcessResult>;
  /** Ends what a job has left behind. */
  leave(jobId: string): void;
}

/** Nothing runs yet. */
export function createProcessRunner(settings: ProcessSettings): ProcessRunner {
  const left = new Map<string, Set<AbortController>>();
  const rooms = createRooms(settings.concurrency);
  let isIsolated: Promise<void> | undefined;

  /** Looks once whether this machine can do it; where it cannot, again the next time. */
  function requireIsolation(): Promise<void> {
    isIsolated ??= probe(settings).catch((error: unknown) => {
      isIsolated = undefined;
      throw error;
    });
    return isIsolated;
  }

  async function runOne(given: JsonObject, signal: AbortSignal): Promise<ProcessResult> {
    const leaveRoom = await rooms.enter(signal);
    try {
      return await runProcess(given, { signal, settings });
    } finally {
      leaveRoom();
    }
  }

  function leaveBehind(given: JsonObject, jobId: string): void {
    const controller = new AbortController();
    const ofJob = left.get(jobId) ?? new Set();
    left.set(jobId, ofJob.add(controller));
    void runOne(given, controller.signal)
      .catch(() => undefined)
      .then(() => {
        ofJob.delete(controller);
        if (ofJob.size === 0 && left.get(jobId) === ofJob) left.delete(jobId);
      });
  }

  return {
    async run(given, { jobId, signal }) {
      if (given['container'] === undefined) await requireIsolation();
      if (given['await'] !== false) return await runOne(given, signal);
      leaveBehind(given, jobId);
      return { code: 0, stdout: '', stderr: '' };
    },
    leave(jobId) {
      for (const controller of left.get(jobId) ?? [])
        controller.abort(new Error('the job has left'));
      left.delete(jobId);
    },
  };
}

/** Fails with what to do about it. */
async function probe(settings: ProcessSettings): Promise<void> {
  if (settings.isolation === 'unsafe') return;
  const never = new AbortController().signal;
  const said = await runProcess({ shell: { command: 'true' } }, { signal: never, settings }).then(
    ({ code, stderr }) => (code === 0 ? undefined : stderr),
    (error: unknown) => (error instanceof Error ? error.message : 'it does not start'),
  );
  if (said === undefined) return;
  const [line = ''] = said.split('\n');
  throw new AppError(
    'FORBIDDEN',
    `this worker cannot isolate processes (bwrap: ${line.slice(0, 200)}): install bubblewrap and util-linux and allow user namespaces, or set OPERANDI_RUN_ISOLATION=unsafe`,
  );
}

interface Rooms {
  /** Resolves with what gives the room back; rejects when the signal aborts before. */
  enter(signal: AbortSignal): Promise<() => void>;
}

function createRooms(size: number): Rooms {
  const waiting = new Set<() => void>();
  let free = size;
  // A room that is left goes to the next who waits: nobody comes in between.
  const leave = (): void => {
    const [next] = waiting;
    if (next === undefined) free += 1;
    else next();
  };
  return {
    async enter(signal) {
      signal.throwIfAborted();
      if (free === 0) await turn(waiting, signal);
      else free -= 1;
      return leave;
    },
  };
}

function turn(waiting: Set<() => void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const go = (): void => {
      waiting.delete(go);
      signal.removeEventListener('abort', giveUp);
      resolve();
    };
    const giveUp = (): void => {
      waiting.delete(go);
      reject(signal.reason instanceof Error ? signal.reason : new Error('the process was stopped'));
    };
    waiting.add(go);
    signal.addEventListener('abort', giveUp, { once: true });
  });
}
