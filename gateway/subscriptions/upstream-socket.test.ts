import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buildSchema, type ExecutionResult } from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocketServer } from 'ws';
import type { SubgraphSubscription } from '../transport/port.ts';
import { createUpstreamSockets, type UpstreamSockets } from './upstream-socket.ts';
import { UpstreamRefused } from './upstream-refused.ts';

const schema = buildSchema('type Query { a: Int } type Subscription { count(to: Int!): Int }');

let sockets: UpstreamSockets;
let server: ReturnType<typeof createServer>;
let webSockets: WebSocketServer;
let presented: unknown[];

beforeEach(async () => {
  presented = [];
  server = createServer();
  webSockets = new WebSocketServer({ server });
  useServer(
    {
      schema,
      roots: {
        subscription: {
          async *count({ to }: { readonly to: number }) {
            for (let count = 1; count <= to; count += 1) yield await Promise.resolve({ count });
          },
        },
      },
      onConnect: ({ connectionParams }) => {
        presented.push(connectionParams);
      },
    },
    webSockets,
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  sockets = createUpstreamSockets({ url: `ws://127.0.0.1:${port}`, idleMs: 20 });
});

afterEach(async () => {
  await sockets.close();
  for (const client of webSockets.clients) client.terminate();
  server.close();
});

function request(query: string, identityKey = 'me'): SubgraphSubscription {
  const signal = new AbortController().signal;
  return { identityKey, query, headers: { 'x-operandi-actor': 'token' }, signal };
}

async function collect(events: AsyncIterable<ExecutionResult>): Promise<unknown[]> {
  const all: unknown[] = [];
  for await (const { data } of events) all.push(data?.['count']);
  return all;
}

describe('upstream sockets', () => {
  it('bring every event in order and end with the subgraph', async () => {
    const events = sockets.subscribe(request('subscription { count(to: 50) }'));
    expect(await collect(events)).toEqual(Array.from({ length: 50 }, (_, index) => index + 1));
  });

  it('share one socket among the subscriptions of one identity', async () => {
    const queries = ['subscription { count(to: 1) }', 'subscription { count(to: 2) }'];
    await Promise.all(queries.map((query) => collect(sockets.subscribe(request(query)))));
    expect(presented).toEqual([{ 'x-operandi-actor': 'token' }]);
  });

  it('open a socket of its own for each identity', async () => {
    await Promise.all(
      ['me', 'you'].map((key) =>
        collect(sockets.subscribe(request('subscription { count(to: 1) }', key))),
      ),
    );
    expect(presented).toHaveLength(2);
  });

  it('tell a refusal from a lost socket', async () => {
    const refused = collect(sockets.subscribe(request('subscription { nothing }')));
    await expect(refused).rejects.toBeInstanceOf(UpstreamRefused);
    const endless = sockets.subscribe(request('subscription { count(to: 2000000000) }'));
    const iterator = endless[Symbol.asyncIterator]();
    await iterator.next();
    for (const client of webSockets.clients) client.terminate();
    const drained = (async () => {
      for (;;) if ((await iterator.next()).done === true) return;
    })();
    await expect(drained).rejects.not.toBeInstanceOf(UpstreamRefused);
  });

  it('reject at once when nothing listens', async () => {
    const nowhere = createUpstreamSockets({ url: 'ws://127.0.0.1:9' });
    await expect(
      collect(nowhere.subscribe(request('subscription { count(to: 1) }'))),
    ).rejects.toThrow();
    await nowhere.close();
  });
});
