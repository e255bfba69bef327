import { parentPort } from 'node:worker_threads';
import { AppError, type ErrorCode } from '../errors.ts';
import { lowerPriority } from './lower-priority.ts';
import { packed, unpacked } from './packed.ts';

/** What a thread of a pool says. */
export type ThreadMessage =
  | { readonly kind: 'ready' }
  | { readonly kind: 'answer'; readonly answer: unknown }
  | { readonly kind: 'fault'; readonly fault: ThreadFault };

/** An error on its way between threads: what is known about it outlives the copy. */
export interface ThreadFault {
  readonly message: string;
  readonly code?: ErrorCode;
  readonly path?: string;
  readonly stack?: string;
}

/** Somebody waits for the answer, though not all others with it. */
const niceness = 10;

/**
 * Answers the requests of a pool in this thread, one after the other; called once, at the end of the entry module.
 * @param asRequest tells what the pool sends
 */
export function serveThread<Request>(
  asRequest: (message: unknown) => Request,
  answer: (request: Request) => unknown,
): void {
  lowerPriority(niceness);
  const post = (message: ThreadMessage): void => parentPort?.postMessage(packed(message));
  const serve = async (message: unknown): Promise<void> => {
    try {
      post({ kind: 'answer', answer: await answer(asRequest(unpacked(message))) });
    } catch (error) {
      post({ kind: 'fault', fault: toFault(error) });
    }
  };
  parentPort?.on('message', (message: unknown) => void serve(message));
  post({ kind: 'ready' });
}

/** What is known of an error, as it can be copied between threads. */
export function toFault(error: unknown): ThreadFault {
  if (!(error instanceof Error)) return { message: String(error) };
  const { message, stack } = error;
  const known = error instanceof AppError ? { code: error.code } : {};
  const path = error instanceof AppError && error.path !== undefined ? { path: error.path } : {};
  return { message, ...known, ...path, ...(stack === undefined ? {} : { stack }) };
}

/** The error that a fault stands for. */
export function fromFault({ message, code, path, stack }: ThreadFault): Error {
  const cause = Object.assign(new Error(message), stack === undefined ? {} : { stack });
  if (code === undefined) return cause;
  return new AppError(code, message, path === undefined ? { cause } : { cause, path });
}

// Only `serveThread` posts to a pool.
export function asThreadMessage(message: unknown): ThreadMessage {
  return message as ThreadMessage;
}
