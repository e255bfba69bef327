import type { AddressInfo, Socket } from 'node:net';

import type { GatewayServer } from './server.ts';

/** Starts to listen; the URL is that of the endpoint. */
export function listen(
  server: GatewayServer,
  at: { readonly host: string; readonly port: number; readonly path: string },
): Promise<{ url: string; port: number }> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(at.port, at.host, () => {
      server.off('error', reject);
      const { port } = addressOf(server);
      const scheme = 'setSecureContext' in server ? 'https' : 'http';
      resolve({ port, url: `${scheme}://${at.host}:${port}${at.path}` });
    });
  });
}

function addressOf(server: GatewayServer): AddressInfo {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port');
  return address;
}

const SWEEP_MS = 50;

/** Idle connections end at once, busy ones when they are answered or `drainMs` has passed. */
export function closeServer(server: GatewayServer, drainMs: number): Promise<void> {
  if (!server.listening) return Promise.resolve();
  return new Promise((resolve) => {
    const timer = setTimeout(() => server.closeAllConnections(), drainMs);
    // A connection whose last answer is sent stays open for the client's next request, which must not come here.
    const sweep = setInterval(() => server.closeIdleConnections(), SWEEP_MS);
    server.close(() => {
      clearTimeout(timer);
      clearInterval(sweep);
      resolve();
    });
  });
}

/** Sends a protocol away that nobody speaks here. */
export function refuseUpgrade(socket: Socket): void {
  // A socket that was handed over has nobody else who would hear its error.
  socket.on('error', () => socket.destroy());
  socket.end('HTTP/1.1 404 Not Found\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
}
