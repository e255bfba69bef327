import { Socket } from 'node:net';

import { abortReason } from '../egress/abort.ts';
import { IntegrationError } from '../errors.ts';

/** How often the bytes of a connection are counted, milliseconds: a driver reads a message to its end before it says so. */
const countEveryMs = 10;
/** Most that a database says before it is asked anything. */
const maxGreetingBytes = 1_048_576;

/** A socket whose bytes are counted while somebody reads from it. */
export interface CountedSocket {
  readonly socket: Socket;
  /** Ends it when more arrives from now on; the returned ends the counting. */
  allow(maxBytes: number): Disposable;
  /** Why it was ended here; undefined if it was not. */
  readonly fault: Error | undefined;
}

export function createCountedSocket(name: string): CountedSocket {
  const socket = new Socket();
  let fault: Error | undefined;
  return {
    socket,
    allow(maxBytes) {
      const before = socket.bytesRead;
      const timer = setInterval(() => {
        if (socket.bytesRead - before <= maxBytes) return;
        fault = tooMuch(name, maxBytes);
        socket.destroy(fault);
      }, countEveryMs);
      return {
        [Symbol.dispose]() {
          clearInterval(timer);
        },
      };
    },
    get fault() {
      return fault;
    },
  };
}

/** Logs in over a socket that ends with the signal. */
export async function logIn<T>(
  counted: CountedSocket,
  signal: AbortSignal,
  work: () => Promise<T>,
): Promise<T> {
  using _counting = counted.allow(maxGreetingBytes);
  const leave = (): void => {
    counted.socket.destroy(abortReason(signal));
  };
  signal.addEventListener('abort', leave, { once: true });
  try {
    signal.throwIfAborted();
    return await work();
  } catch (error) {
    counted.socket.destroy();
    throw counted.fault ?? error;
  } finally {
    signal.removeEventListener('abort', leave);
  }
}

/** The failure of an answer that is larger than allowed. */
export function tooMuch(name: string, maxBytes: number): IntegrationError {
  return new IntegrationError(`${name} answered with more than ${String(maxBytes)} bytes`, {
    isRetryable: false,
  });
}
