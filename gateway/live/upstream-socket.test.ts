import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buildSchema, type ExecutionResult } from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocketServer } from 'ws';
import type { SubgraphSubscription } from '../execute/transport/port.ts';
import { ClosedByOperation, UpstreamRefused } from './upstream-refused.ts';
import { createUpstreamSockets, type UpstreamSockets } from './upstream-socket.ts';

const schema = buildSchema('type Query { a: Int } type Subscription { count(to: Int!): Int }');

const subgraph = { name: 'counter', isMaskingErrors: false };

let sockets: UpstreamSockets;
let server: ReturnType<typeof createServer>;
let webSockets: WebSocketServer;
let presented: unknown[];
let subscribed: unknown[];
let produced: number;
let url: string;

beforeEach(async () => {
  presented = [];
  subscribed = [];
  produced = 0;
  server = createServer();
  webSockets = new WebSocketServer({ server });
  useServer(
    {
      schema,
      roots: {
        subscription: {
          count({ to }: { readonly to: number }) {
            return to < 0 ? 'nothing to iterate over' : to === 0 ? quiet() : counted(to);
          },
        },
      },
      onConnect: ({ connectionParams }) => {
        presented.push(connectionParams);
      },
      onSubscribe: (_, _id, payload) => {
        subscribed.push(payload);
      },
    },
    webSockets,
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  url = `ws://127.0.0.1:${port}`;
  sockets = createUpstreamSockets({ url, idleMs: 20, subgraph });
});

afterEach(async () => {
  await sockets.close();
  for (const client of webSockets.clients) client.terminate();
  server.close();
});

async function* quiet() {
  yield await Promise.resolve({ count: 1 });
  await new Promise(() => undefined);
}

async function* counted(to: number) {
  for (let count = 1; count <= to; count += 1) {
    produced = count;
    yield await Promise.resolve({ count });
  }
}

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
    const query = 'subscription { count(to: 1) }';
    await collect(sockets.subscribe(request(query)));
    presented = [];
    await Promise.all([1, 2, 3].map(() => collect(sockets.subscribe(request(query)))));
    expect(presented).toEqual([{ 'x-operandi-actor': 'token' }]);
  });

  it('do not share with a subscription of which nothing is known', async () => {
    const known = 'subscription { count(to: 2000000000) }';
    const first = sockets.subscribe(request(known))[Symbol.asyncIterator]();
    await first.next();
    const running = sockets.subscribe(request(known))[Symbol.asyncIterator]();
    await running.next();
    for (const to of [-1, -2, -3]) {
      const bad = collect(sockets.subscribe(request(`subscription { count(to: ${to}) }`)));
      await expect(bad).rejects.toBeInstanceOf(ClosedByOperation);
    }
    for (const each of [first, running]) {
      for (let turn = 0; turn < 100; turn++) expect((await each.next()).done).toBe(false);
      await each.return?.();
    }
    expect(presented).toHaveLength(5);
  });

  it('find out which of those that shared one was the cause', async () => {
    const query = 'subscription ($to: Int!) { count(to: $to) }';
    const ask = (to: number) => sockets.subscribe({ ...request(query), variables: { to } });
    await collect(ask(1));
    const good = ask(0)[Symbol.asyncIterator]();
    await good.next();
    await expect(collect(ask(-1))).rejects.not.toBeInstanceOf(ClosedByOperation);
    await expect(collect(ask(-1))).rejects.toBeInstanceOf(ClosedByOperation);
    expect(await collect(ask(3))).toEqual([1, 2, 3]);
    await good.return?.();
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

  it('carry the trace of each subscription, whoever opened the socket', async () => {
    const extensions = { traceparent: '00-1-2-01' };
    const events = sockets.subscribe({ ...request('subscription { count(to: 1) }'), extensions });
    await collect(events);
    expect(subscribed).toMatchObject([{ extensions }]);
  });

  it('are not read further ahead than events are taken', async () => {
    const few = createUpstreamSockets({ url, subgraph, maxPendingEvents: 4_000 });
    const events = few.subscribe(request('subscription { count(to: 1000000) }'));
    const iterator = events[Symbol.asyncIterator]();
    let seen = 0;
    const isStill = (): boolean => produced > 20_000 && seen === (seen = produced);
    await expect.poll(isStill, { interval: 200, timeout: 5_000 }).toBe(true);
    for (let count = 1; count <= 30_000; count += 1) {
      expect(await iterator.next()).toEqual({ done: false, value: { data: { count } } });
    }
    await iterator.return?.();
    await few.close();
  });

  it('give up on a subgraph that never acknowledges', async () => {
    const silent = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    const hanging = createUpstreamSockets({
      url: `ws://127.0.0.1:${port}`,
      openTimeoutMs: 50,
      subgraph,
    });
    await expect(
      collect(hanging.subscribe(request('subscription { count(to: 1) }'))),
    ).rejects.not.toBeInstanceOf(UpstreamRefused);
    await hanging.close();
    for (const client of silent.clients) client.terminate();
    silent.close();
  });

  it('reject at once when nothing listens', async () => {
    const nowhere = createUpstreamSockets({ url: 'ws://127.0.0.1:9', subgraph });
    await expect(
      collect(nowhere.subscribe(request('subscription { count(to: 1) }'))),
    ).rejects.toThrow();
    await nowhere.close();
  });
});
