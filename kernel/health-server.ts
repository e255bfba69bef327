import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readinessAnswer, type Readiness } from './readiness.ts';
import type { Metrics } from './telemetry.ts';

interface HealthServerOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly metrics: Metrics;
  /** Whether work is taken now; asked at each request. */
  readonly readiness: () => Promise<Readiness>;
}

/** `/health/live`, `/health/startup`, `/health/ready` and `/metrics` of a process that has no other door. */
export interface HealthServer extends AsyncDisposable {
  readonly url: string;
}

export async function startHealthServer(options: HealthServerOptions): Promise<HealthServer> {
  const server = createServer((request, response) => {
    answer(request, response, options).catch(() => {
      if (!response.headersSent) response.writeHead(500);
      response.end();
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, resolve);
  });
  const { port } = portOf(server.address());
  return {
    url: `http://${options.host}:${port}`,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(
  { url, headers }: Pick<IncomingMessage, 'url' | 'headers'>,
  response: ServerResponse,
  { metrics, readiness }: HealthServerOptions,
): Promise<void> {
  switch (url) {
    case '/health/live':
    case '/health/startup':
      send(response, 200, { status: 'live' });
      return;
    case '/health/ready': {
      const { code, body } = readinessAnswer(await readiness());
      send(response, code, body);
      return;
    }
    case '/metrics': {
      const { type, body } = await metrics.answer(headers.accept);
      response.writeHead(200, { 'content-type': type }).end(body);
      return;
    }
    default:
      send(response, 404, { status: 'not found' });
  }
}

function send(response: ServerResponse, code: number, body: object): void {
  response
    .writeHead(code, { 'content-type': 'application/json', connection: 'close' })
    .end(JSON.stringify(body));
}

// A TCP server that listens has a port.
function portOf(address: AddressInfo | string | null): AddressInfo {
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return address;
}
