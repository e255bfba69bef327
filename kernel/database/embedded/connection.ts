import type { Socket } from 'node:net';
import type { PGlite } from '@electric-sql/pglite';
import type { Logger } from '../../logger.ts';
import type { Gate } from './gate.ts';
import { createFramer } from './wire.ts';
import type { Request } from './wire.ts';

/** The one session, shared by all connections, and who may use it next. */
export interface SharedSession {
  readonly session: Pick<PGlite, 'execProtocolRaw' | 'exec' | 'isInTransaction'>;
  readonly gate: Gate;
  readonly log: Logger;
  /** How long a client may idle in a transaction, milliseconds. */
  readonly idleMs: number;
}

/**
 * Serves one client socket from the shared session. Whoever opens a transaction keeps the session until its end; if the
 * client goes, or idles in it for too long, the transaction is rolled back and the next one is let in.
 */
export async function serveConnection(
  socket: Socket,
  id: number,
  { session, gate, log, idleMs }: SharedSession,
): Promise<void> {
  const framer = createFramer(`c${id}.`);
  let leave: (() => void) | undefined;

  async function answer(request: Request): Promise<void> {
    if (request.kind === 'goodbye') {
      socket.end();
      return;
    }
    if (request.kind === 'answer') {
      socket.write(request.bytes);
      return;
    }
    leave ??= await gate.enter();
    const reply = await session.execProtocolRaw(request.bytes);
    // A client that has gone meanwhile ends the loop below.
    if (socket.writable) socket.write(reply);
    if (session.isInTransaction()) return;
    leave();
    leave = undefined;
  }

  socket.setTimeout(idleMs, () => {
    if (leave !== undefined) socket.destroy();
  });
  try {
    for await (const chunk of bytesOf(socket)) {
      for (const request of framer.push(chunk)) await answer(request);
    }
  } catch (error) {
    // A socket's own errors have a code and are a client's business; any other is the session's.
    const level = error instanceof Error && 'code' in error ? 'debug' : 'error';
    log[level]({ err: error }, 'a connection to the embedded database broke');
  } finally {
    socket.destroy();
    leave ??= await gate.enter();
    await forget(framer.statements, session).catch((error: unknown) => {
      log.error({ err: error }, 'the embedded database did not clean up after a connection');
    });
    leave();
  }
}

/** The chunks of a socket, typed. */
async function* bytesOf(socket: Socket): AsyncGenerator<Buffer> {
  for await (const chunk of socket) {
    if (Buffer.isBuffer(chunk)) yield chunk;
  }
}

/** Leaves the session as the client found it. */
async function forget(
  statements: ReadonlySet<string>,
  session: SharedSession['session'],
): Promise<void> {
  if (session.isInTransaction()) await session.exec('rollback');
  for (const name of statements) await session.exec(`deallocate "${name.replaceAll('"', '""')}"`);
}
