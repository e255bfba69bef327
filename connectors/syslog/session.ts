import { isIP } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';

import { abortReason } from '../egress/abort.ts';
import type { Place } from '../egress/converse.ts';
import type { Session } from '../egress/idle-sessions.ts';

/** A connection to a receiver of syslog, for one batch of messages. */
export interface SyslogSession extends Session {
  /** Resolves once the receiver has read all frames and closed in turn. */
  send(frames: readonly string[]): Promise<void>;
}

/** Connects by TLS; a receiver without a certificate for its name is refused. */
export async function openSyslog(
  certificateAuthority: string | undefined,
  { address, port, host }: Place,
  signal: AbortSignal,
): Promise<SyslogSession> {
  const socket = connectTls({
    ...{ host: address, port, minVersion: 'TLSv1.2' },
    ...(isIP(host) === 0 ? { servername: host } : {}),
    ...(certificateAuthority === undefined ? {} : { ca: certificateAuthority }),
  });
  const leave = (): void => void socket.destroy(abortReason(signal));
  signal.addEventListener('abort', leave, { once: true });
  try {
    await secured(socket);
  } catch (error) {
    socket.destroy();
    throw error;
  } finally {
    signal.removeEventListener('abort', leave);
  }
  // What it dies of later is told to who sends; between two acts nobody listens.
  socket.on('error', () => undefined);
  return {
    get isUsable() {
      return socket.writable;
    },
    send: (frames) => sendAll(socket, frames),
    // A connection ends with its batch.
    reset: () => Promise.reject(new Error('a connection is for one batch')),
    close: () => void socket.destroy(),
  };
}

function secured(socket: TLSSocket): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('secureConnect', resolve);
    socket.once('error', reject);
    socket.once('close', () => reject(broken()));
  });
}

/**
 * Syslog acknowledges nothing. That the receiver has read up to our end of the stream shows by its closing in turn, as RFC 5425
 * has it do: one that closes before, or resets the connection, may have lost some.
 */
function sendAll(socket: TLSSocket, frames: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    let isFinished = false;
    socket.once('finish', () => {
      isFinished = true;
    });
    socket.once('end', () => {
      if (isFinished) resolve();
      else reject(broken());
    });
    socket.once('error', reject);
    socket.once('close', () => reject(broken()));
    // Nothing is expected back; what comes is let go, or the end of the stream would never be seen.
    socket.resume();
    socket.end(frames.join(''));
  });
}

function broken(): Error {
  return Object.assign(new Error('the connection has ended'), { code: 'ECONNRESET' });
}
