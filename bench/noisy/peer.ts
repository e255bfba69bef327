import { once } from 'node:events';
import { createServer } from 'node:http';

/** A partner of both tenants: good at `/ok`, and bad in several ways elsewhere. */
export interface Peer extends AsyncDisposable {
  readonly url: string;
  readonly host: string;
}

/** Starts the partner; its bad answers are announced in a coding that nobody knows, broken off, or errors. */
export async function startPeer(): Promise<Peer> {
  const server = createServer((request, response) => {
    if (request.url === '/ok') {
      response.setHeader('content-type', 'application/json').end('{"ok":true}');
    } else if (request.url === '/coding') {
      response.setHeader('content-encoding', 'unheard-of').end('what');
    } else if (request.url === '/cut') {
      response.writeHead(200, { 'content-length': '1000' });
      response.write('{"a":');
      response.destroy();
    } else {
      response.writeHead(503).end('{"message":"not now"}');
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    host: `127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
