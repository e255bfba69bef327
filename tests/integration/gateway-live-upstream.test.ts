import type { AddressInfo } from 'node:net';

import { afterEach, beforeEach, expect, test } from 'vitest';
import { WebSocketServer } from 'ws';
import { compose } from '../../gateway/testing/federated.ts';
import { type LiveSubgraph, startLiveSubgraph } from '../../gateway/testing/live-subgraph.ts';
import { startGateway } from '../../gateway/testing/start-gateway.ts';
import { startSubgraph, type SubgraphServer } from '../../gateway/testing/subgraph-server.ts';
import { openReadySocket } from '../../gateway/testing/text-socket.ts';
import { freePort } from '../support/process.ts';
import { until } from '../support/until.ts';

const sdl = `
  type Query { greeting: String }
  type Order { id: ID! }
  type Subscription { placed(at: String): Order }`;
const query = 'subscription ($at: String) { placed(at: $at) { id } }';

let stack: AsyncDisposableStack;
let http: SubgraphServer;
let live: LiveSubgraph;

beforeEach(async () => {
  stack = new AsyncDisposableStack();
  http = stack.use(await startSubgraph(sdl, { Query: { greeting: () => 'hello' } }));
  live = stack.use(await startLiveSubgraph(sdl, 'placed'));
});

afterEach(() => stack.disposeAsync());

async function openGateway(orders: Readonly<Record<string, string>>) {
  const supergraph = { sdl: compose([{ name: 'orders', url: http.url, sdl }]) };
  const config = { subgraphs: { orders } };
  const gateway = stack.use(await startGateway({ supergraph, config }));
  return openReadySocket(gateway.url.replace('http', 'ws'));
}

test('subscribes where the configuration says, and asks all else where the supergraph says', async () => {
  const client = await openGateway({ subscriptionUrl: live.url });
  client.send({ type: 'subscribe', id: '1', payload: { query } });
  await until('the subscription is open', () => live.active() === 1);
  live.emit({ id: '7' });
  const event = { id: '1', type: 'next', payload: { data: { placed: { id: '7' } } } };
  expect(await client.next()).toEqual(event);
  client.send({ type: 'subscribe', id: '2', payload: { query: '{ greeting }' } });
  expect(await client.next()).toMatchObject({ id: '2', payload: { data: { greeting: 'hello' } } });
});

test('subscribes over server-sent events at a subgraph that speaks nothing else', async () => {
  const bodies: unknown[] = [];
  http.intercept = (request, response) => {
    if (request.headers.accept !== 'text/event-stream') return false;
    request.on('data', (chunk: Buffer) => {
      const body = JSON.parse(chunk.toString()) as { query: string };
      bodies.push(body);
      // The gateway names what it asks for itself.
      const key = /(\w+): ?placed/.exec(body.query)?.[1] ?? 'placed';
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(`event: next\ndata: {"data":{"${key}":{"id":"8"}}}\n\n`);
      response.end('event: complete\ndata:\n\n');
    });
    return true;
  };
  const client = await openGateway({ subscriptionProtocol: 'sse' });
  client.send({ type: 'subscribe', id: '1', payload: { query, variables: { at: 'noon' } } });
  const event = { id: '1', type: 'next', payload: { data: { placed: { id: '8' } } } };
  expect(await client.next()).toEqual(event);
  expect(await client.next()).toEqual({ id: '1', type: 'complete' });
  expect(bodies).toMatchObject([{ variables: { at: 'noon' } }]);
});

/** A subgraph that speaks the subprotocol of subscriptions-transport-ws. */
async function startLegacy(
  onStart: (say: (message: object) => void, key: string) => void,
): Promise<{ readonly url: string; readonly received: { type: string }[] }> {
  const received: { type: string }[] = [];
  const server = new WebSocketServer({
    ...{ host: '127.0.0.1', port: 0 },
    handleProtocols: (protocols) => (protocols.has('graphql-ws') ? 'graphql-ws' : false),
  });
  await new Promise((resolve) => server.once('listening', resolve));
  stack.defer(() => {
    for (const client of server.clients) client.terminate();
    server.close();
  });
  server.on('connection', (socket) => {
    const say = (message: object): void => socket.send(JSON.stringify(message));
    socket.on('message', (data: Buffer) => {
      const message = JSON.parse(data.toString()) as { type: string; payload?: { query?: string } };
      received.push(message);
      if (message.type === 'connection_init') {
        say({ type: 'connection_ack' });
        say({ type: 'ka' });
      } else if (message.type === 'start') {
        onStart(say, /(\w+): ?placed/.exec(message.payload?.query ?? '')?.[1] ?? 'placed');
      }
    });
  });
  const { port } = server.address() as AddressInfo;
  return { url: `ws://127.0.0.1:${port}`, received };
}

test('subscribes by the older subprotocol graphql-ws, and leaves as it wants it', async () => {
  const legacy = await startLegacy((say, key) => {
    say({ type: 'data', id: '1', payload: { data: { [key]: { id: '9' } } } });
  });
  const orders = { subscriptionProtocol: 'graphql-ws', subscriptionUrl: legacy.url };
  const client = await openGateway(orders);
  client.send({ type: 'subscribe', id: '1', payload: { query, variables: { at: 'noon' } } });
  const event = { id: '1', type: 'next', payload: { data: { placed: { id: '9' } } } };
  expect(await client.next()).toEqual(event);
  expect(legacy.received).toMatchObject([
    { type: 'connection_init' },
    { type: 'start', id: '1', payload: { variables: { at: 'noon' } } },
  ]);
  client.send({ type: 'complete', id: '1' });
  await until('the subgraph is told', () => legacy.received.some(({ type }) => type === 'stop'));
});

test.each([
  ['completes', { type: 'complete', id: '1' }, { type: 'complete' }],
  [
    'refuses',
    { type: 'error', id: '1', payload: { message: 'no' } },
    { type: 'error', payload: [{ message: 'no', extensions: { service: 'orders' } }] },
  ],
])('hears when a subgraph of the older subprotocol %s', async (_, message, told) => {
  const legacy = await startLegacy((say) => say(message));
  const orders = { subscriptionProtocol: 'graphql-ws', subscriptionUrl: legacy.url };
  const client = await openGateway(orders);
  client.send({ type: 'subscribe', id: '1', payload: { query } });
  expect(await client.next()).toMatchObject({ id: '1', ...told });
});

/** What a subgraph of the callback protocol is told when somebody subscribes. */
interface Callback {
  readonly callbackUrl: string;
  readonly subscriptionId: string;
  readonly verifier: string;
}

/** A gateway whose subgraph calls back; gives what it was told, and the client. */
async function openCallbacks() {
  const begun: { readonly callback: Callback; readonly key: string }[] = [];
  http.intercept = (request, response) => {
    request.on('data', (chunk: Buffer) => {
      const { query: text, extensions } = JSON.parse(chunk.toString()) as {
        query: string;
        extensions: { subscription: Callback };
      };
      const key = /(\w+): ?placed/.exec(text)?.[1] ?? 'placed';
      begun.push({ callback: extensions.subscription, key });
      response.setHeader('content-type', 'application/json').end('{"data":null}');
    });
    return true;
  };
  const port = await freePort();
  const gateway = stack.use(
    await startGateway({
      supergraph: { sdl: compose([{ name: 'orders', url: http.url, sdl }]) },
      port,
      config: {
        subgraphs: { orders: { subscriptionProtocol: 'callback' } },
        subscriptions: { callback: { publicUrl: `http://127.0.0.1:${port}/` } },
      },
    }),
  );
  const client = await openReadySocket(gateway.url.replace('http', 'ws'));
  client.send({ type: 'subscribe', id: '1', payload: { query } });
  const [{ callback, key }] = await until('the subgraph is asked', () =>
    begun.length === 1 ? (begun as [(typeof begun)[number]]) : undefined,
  );
  const call = async (more: object): Promise<number> => {
    const { callbackUrl, subscriptionId: id, verifier } = callback;
    const response = await fetch(callbackUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ kind: 'subscription', id, verifier, ...more }),
    });
    return response.status;
  };
  return { client, key, call };
}

test('takes events that a subgraph sends to it, until the subgraph says that it was all', async () => {
  const { client, key, call } = await openCallbacks();
  expect(await call({ action: 'check' })).toBe(204);
  expect(await call({ action: 'next', payload: { data: { [key]: { id: '5' } } } })).toBe(204);
  const event = { id: '1', type: 'next', payload: { data: { placed: { id: '5' } } } };
  expect(await client.next()).toEqual(event);
  expect(await call({ action: 'complete' })).toBe(204);
  expect(await client.next()).toEqual({ id: '1', type: 'complete' });
  await until('it is forgotten', async () => (await call({ action: 'check' })) === 404);
});

test('takes events of nobody who does not know the verifier', async () => {
  const { client, key, call } = await openCallbacks();
  const payload = { data: { [key]: { id: 'forged' } } };
  expect(await call({ action: 'next', payload, verifier: 'guessed' })).toBe(400);
  expect(await call({ action: 'next', payload, id: 'another' })).toBe(404);
  expect(await call({ action: 'steal', payload })).toBe(400);
  await call({ action: 'next', payload: { data: { [key]: { id: 'real' } } } });
  expect(await client.next()).toMatchObject({ payload: { data: { placed: { id: 'real' } } } });
});

test('tells the client what a subgraph that calls back ends with', async () => {
  const { client, call } = await openCallbacks();
  await call({ action: 'complete', errors: [{ message: 'no more' }] });
  expect(await client.next()).toMatchObject({ type: 'error', payload: [{ message: 'no more' }] });
});
