import { once } from 'node:events';
import { createServer } from 'node:net';
import type { ListenOptions, Socket } from 'node:net';
import type { PGlite } from '@electric-sql/pglite';
import type { Logger } from '../../logger.ts';
import { IDLE_IN_TRANSACTION_MS } from '../pool.ts';
import { serveConnection } from './connection.ts';
import { createGate } from './gate.ts';

/** Where and how to serve. */
export interface ServeOptions {
  readonly listen: ListenOptions;
  readonly log: Logger;
  /** How long a client may idle in a transaction before it is cut off, milliseconds. @default 60_000 */
  readonly idleMs?: number;
}

/** A running server before an embedded session. */
export interface SessionServer extends AsyncDisposable {
  /** The port it got; undefined on a unix socket. */
  readonly port: number | undefined;
}

/**
 * Serves one embedded session to any number of clients over PostgreSQL's protocol. We do not use pglite-socket for it: it
 * forwards message by message, so that the unnamed portals of two clients mix, see docs/adr/0002.
 */
export async function serveSession(session: PGlite, options: ServeOptions): Promise<SessionServer> {
  const { listen, log, idleMs = IDLE_IN_TRANSACTION_MS } = options;
  const gate = createGate();
  const open = new Map<Socket, Promise<void>>();
  let lastId = 0;

  const server = createServer((socket) => {
    lastId += 1;
    socket.setNoDelay(true);
    const served = serveConnection(socket, lastId, { session, gate, log, idleMs });
    open.set(
      socket,
      served.finally(() => open.delete(socket)),
    );
  });
  server.listen(listen);
  await once(server, 'listening');

  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : undefined,
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close');
      server.close();
      for (const socket of open.keys()) socket.destroy();
      await Promise.all(open.values());
      await closed;
    },
  };
}
