import { once } from 'node:events';
import { connect } from 'node:net';
import { createServer, type TLSSocket } from 'node:tls';

export interface TlsFront extends AsyncDisposable {
  /** `host:port`, as an allowlist takes it. */
  readonly host: string;
  /** Bytes that callers have said behind the certificate. */
  readonly received: number;
}

/** Speaks TLS with a certificate (PEM) before a peer that does not. */
export async function openTlsFront(
  target: { readonly host: string; readonly port: number },
  identity: { readonly cert: string | Buffer; readonly key: string | Buffer },
): Promise<TlsFront> {
  const sockets = new Set<TLSSocket>();
  const state = { received: 0 };
  const server = createServer(identity, (caller) => {
    sockets.add(caller);
    const peer = connect(target.port, target.host);
    for (const socket of [caller, peer]) {
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(caller);
        caller.destroy();
        peer.destroy();
      });
    }
    caller.on('data', (chunk: Buffer) => (state.received += chunk.length));
    caller.pipe(peer).pipe(caller);
  });
  server.on('tlsClientError', () => undefined);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  return {
    host: `127.0.0.1:${String(port)}`,
    get received() {
      return state.received;
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
