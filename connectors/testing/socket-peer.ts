import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { type WebSocket, WebSocketServer } from 'ws';

export const socketToken = 'canary-good-token';

export interface SocketPeer extends AsyncDisposable {
  readonly endpoint: { readonly host: string; readonly port: number };
  /** Texts of the frames that came. */
  readonly came: string[];
  /** Of each connection, as it asked for it. */
  readonly asked: { readonly path: string; readonly headers: IncomingHttpHeaders }[];
  /** Connections that are open. */
  readonly open: ReadonlySet<WebSocket>;
  /** Frames that whoever connects gets at once. */
  greeting: readonly string[];
}

/** A server of WebSocket that keeps what comes, for one token. */
export async function openSocketPeer(): Promise<SocketPeer> {
  const server = createServer();
  const sockets = new WebSocketServer({ noServer: true });
  const peer = {
    came: [] as string[],
    asked: [] as { path: string; headers: IncomingHttpHeaders }[],
    greeting: [] as readonly string[],
  };
  sockets.on('connection', (socket, request) => {
    peer.asked.push({ path: request.url ?? '', headers: request.headers });
    socket.on('error', () => undefined);
    socket.on('message', (data) => {
      peer.came.push(Buffer.isBuffer(data) ? data.toString('utf8') : '');
    });
    for (const text of peer.greeting) socket.send(text);
  });
  server.on('upgrade', (request, socket, head) => {
    if (request.headers.authorization !== `Bearer ${socketToken}`) {
      socket.end('HTTP/1.1 401 Unauthorized\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
      return;
    }
    sockets.handleUpgrade(request, socket, head, (opened) => {
      sockets.emit('connection', opened, request);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return Object.assign(peer, {
    endpoint: { host: '127.0.0.1', port: typeof address === 'object' ? (address?.port ?? 0) : 0 },
    open: sockets.clients,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets.clients) socket.terminate();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  });
}
