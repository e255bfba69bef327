import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Delivery } from './history.ts';

/** An outside system that counts what reaches it and answers each request with a receipt of its own. */
export interface Ledger extends AsyncDisposable {
  readonly url: string;
  /** `host:port` */
  readonly place: string;
  readonly deliveries: readonly Delivery[];
}

/** How long it thinks, so that something is under way whenever a worker dies. */
const thinkMs = 40;

/** Starts one on a port of its own. */
export async function startLedger(): Promise<Ledger> {
  const deliveries: Delivery[] = [];
  const server = createServer((request, response) => {
    const receipt = `receipt-${deliveries.length}-`;
    deliveries.push({ idempotencyKey: String(request.headers['idempotency-key']), receipt });
    request.resume();
    setTimeout(() => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ receipt }));
    }, thinkMs);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no address');
  const place = `127.0.0.1:${address.port}`;
  return {
    ...{ place, url: `http://${place}/`, deliveries },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
