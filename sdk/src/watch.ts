import { type JobEventFieldsFragment, WatchJobDocument } from './_generated/documents.ts';
import { OperandiError } from './errors.ts';
import { backoffMs, pause, reasonOf } from './pause.ts';
import type { Socket } from './socket.ts';

export interface WatchOptions {
  /** Cursor of the last event seen; the next one comes first. @default the beginning of the job */
  readonly after?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Connections lost in a row before giving up. @default 20 */
  readonly maxReconnects?: number | undefined;
}

interface Position {
  after: string | undefined;
  lastSeq: number;
  /** Connections lost since the last event. */
  failures: number;
}

/** Events of a job, each once and in order, until the job ends; lost connections are resumed by cursor. */
export async function* watchJob(
  socket: Socket,
  jobId: string,
  options: WatchOptions,
): AsyncGenerator<JobEventFieldsFragment, void> {
  const position: Position = { after: options.after, lastSeq: 0, failures: 0 };
  for (;;) {
    try {
      yield* newEvents(
        eventsAfter(socket, { jobId, after: position.after, signal: options.signal }),
        position,
      );
      return;
    } catch (error) {
      await waitToResume(error, position, options);
    }
  }
}

/** Moves the position along; a server that repeats the event at the cursor does not show through. */
async function* newEvents(
  events: AsyncGenerator<JobEventFieldsFragment, void>,
  position: Position,
): AsyncGenerator<JobEventFieldsFragment, void> {
  for await (const event of events) {
    position.failures = 0;
    if (event.seq <= position.lastSeq) continue;
    position.lastSeq = event.seq;
    position.after = event.cursor;
    yield event;
  }
}

/** Throws when going on makes no sense. */
async function waitToResume(
  error: unknown,
  position: Position,
  options: WatchOptions,
): Promise<void> {
  const { signal, maxReconnects = 20 } = options;
  if (signal?.aborted === true) throw reasonOf(signal);
  position.failures += 1;
  if (!isResumable(error) || position.failures > maxReconnects) throw error;
  await pause(Math.max(error.retryAfterMs ?? 0, backoffMs(position.failures)), signal);
}

interface Stretch {
  readonly jobId: string;
  readonly after: string | undefined;
  readonly signal: AbortSignal | undefined;
}

async function* eventsAfter(
  socket: Socket,
  { jobId, after, signal }: Stretch,
): AsyncGenerator<JobEventFieldsFragment, void> {
  const answers = socket.subscribe(WatchJobDocument, { jobId, after: after ?? null });
  const aborted = signal === undefined ? undefined : rejectionOf(signal);
  try {
    for (;;) {
      const next = answers.next();
      const answer = await (aborted === undefined ? next : Promise.race([next, aborted.promise]));
      if (answer.done === true) return;
      yield answer.value.jobEvents;
    }
  } finally {
    aborted?.release();
    // Ends the subscription at the server; it waits for nothing, as the last answer may never come.
    void answers.return().catch(() => undefined);
  }
}

interface Rejection {
  readonly promise: Promise<never>;
  release(): void;
}

function rejectionOf(signal: AbortSignal): Rejection {
  let release = (): void => undefined;
  const promise = new Promise<never>((_resolve, reject) => {
    const leave = (): void => {
      reject(reasonOf(signal));
    };
    if (signal.aborted) leave();
    signal.addEventListener('abort', leave, { once: true });
    release = (): void => {
      signal.removeEventListener('abort', leave);
    };
  });
  promise.catch(() => undefined);
  return { promise, release };
}

function isResumable(error: unknown): error is OperandiError {
  return error instanceof OperandiError && error.isRetryable;
}
