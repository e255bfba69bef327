import { once } from 'node:events';
import { createServer as listen, type IncomingMessage } from 'node:http';

import { createServer } from '@dwmkerr/mock-llm/dist/server.js';

export const agentToken = 'canary-good-token';

export interface A2aAgents extends AsyncDisposable {
  readonly endpoint: { readonly host: string; readonly port: number };
  /** `host:port`, as an allowlist takes it. */
  readonly host: string;
  /** Addresses and keys of the requests that were let in. */
  readonly asked: readonly Pick<IncomingMessage, 'url' | 'headers'>[];
}

/** Real agents (A2A), those of mock-llm on the SDK of the protocol, which let one token in: they echo, count, and take their time. */
export async function openAgents(): Promise<A2aAgents> {
  const asked: Pick<IncomingMessage, 'url' | 'headers'>[] = [];
  const app = createServer(
    { streaming: { chunkSize: 50, chunkIntervalMs: 50 }, rules: [] },
    '127.0.0.1',
    0,
  );
  const server = listen((request, response) => {
    const { authorization = 'nobody', ...headers } = request.headers;
    if (authorization !== `Bearer ${agentToken}`) {
      response.writeHead(401, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ error: `not ${authorization}` }));
      return;
    }
    asked.push({ url: request.url ?? '', headers });
    app(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  return {
    endpoint: { host: '127.0.0.1', port },
    host: `127.0.0.1:${String(port)}`,
    asked,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
