import { WebSocket } from 'ws';

import { abortReason } from '../egress/abort.ts';
import type { Place } from '../egress/converse.ts';
import { IntegrationError } from '../errors.ts';
import { openSocket } from '../parts/open-socket.ts';
import type { Line, LineWish } from './line.ts';

/** Connects, upgrades, and has the frames for messages. */
export async function openWebSocket(
  { name, target, headers, maxBytes }: LineWish,
  place: Place,
  signal: AbortSignal,
): Promise<Line> {
  const tls = target.wire.isSecure ? {} : undefined;
  const socket = await openSocket({ name, tls }, place, signal);
  const peer = new WebSocket(target.url, {
    createConnection: () => socket,
    headers,
    maxPayload: maxBytes,
    perMessageDeflate: false,
    followRedirects: false,
  });
  const ended = endOf(peer, name);
  // What comes with the answer to the upgrade waits for whoever takes it.
  peer.once('open', () => peer.pause());
  try {
    await opened(peer, { name, signal });
  } catch (error) {
    peer.terminate();
    socket.destroy();
    throw error;
  }
  return {
    get isUsable() {
      return peer.readyState === WebSocket.OPEN;
    },
    async publish({ body }, mark) {
      mark.isSent = true;
      peer.resume();
      peer.send(body, { binary: false });
      // The answer to the farewell comes after the peer has read what was before it.
      peer.close(1000);
      const { code } = await ended;
      if (code !== 1000 && code !== 1005) throw refused(name, code);
    },
    async consume(inbox) {
      inbox.attach({ pause: () => peer.pause(), resume: () => peer.resume() });
      peer.on('message', (data) => {
        inbox.put({ contentType: undefined, body: asBuffer(data), headers: {} });
      });
      peer.resume();
      const { code, error } = await ended;
      throw error ?? refused(name, code);
    },
    // A frame belongs to whoever is connected: the next one connects anew.
    reset: () => Promise.reject(new Error('the connection is used once')),
    close() {
      peer.terminate();
      socket.destroy();
    },
  };
}

interface End {
  readonly code: number;
  readonly error?: Error;
}

/** How it ends; an error that nobody listens to would end the process. */
function endOf(peer: WebSocket, name: string): Promise<End> {
  return new Promise((resolve) => {
    let error: Error | undefined;
    peer.on('error', (cause: Error & { readonly code?: string }) => {
      const isOurs = cause.code?.startsWith('WS_ERR_') === true;
      error = isOurs
        ? new IntegrationError(`${name} sent what is no message: ${cause.message}`, {
            isRetryable: false,
            cause,
          })
        : cause;
    });
    peer.once('close', (code) => resolve({ code, ...(error === undefined ? {} : { error }) }));
  });
}

interface Opening {
  readonly name: string;
  readonly signal: AbortSignal;
}

function opened(peer: WebSocket, { name, signal }: Opening): Promise<undefined> {
  const { promise, resolve, reject } = Promise.withResolvers<undefined>();
  const leave = (): void => {
    reject(abortReason(signal));
  };
  signal.addEventListener('abort', leave, { once: true });
  peer.once('open', () => resolve(undefined));
  peer.once('error', reject);
  peer.once('close', () => reject(Object.assign(new Error('it ended'), { code: 'ECONNRESET' })));
  peer.once('unexpected-response', (request, response) => {
    const status = response.statusCode ?? 0;
    request.destroy();
    reject(
      new IntegrationError(`${name} answered with status ${String(status)}`, {
        status,
        isRetryable: status >= 500 || status === 429,
      }),
    );
  });
  if (signal.aborted) leave();
  return promise.finally(() => {
    signal.removeEventListener('abort', leave);
  });
}

function refused(name: string, code: number): Error {
  if (code === 1006)
    return Object.assign(new Error('the connection has ended'), { code: 'ECONNRESET' });
  return new IntegrationError(`${name} ended the connection with code ${String(code)}`, {
    isRetryable: code !== 1002 && code !== 1003 && code !== 1007 && code !== 1008,
  });
}

function asBuffer(data: Buffer | ArrayBuffer | Buffer[]): Buffer {
  if (Array.isArray(data)) return Buffer.concat(data);
  return Buffer.isBuffer(data) ? data : Buffer.from(data);
}
