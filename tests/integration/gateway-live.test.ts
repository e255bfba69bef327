import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { compose } from '../../gateway/testing/federated.ts';
import { type LiveSubgraph, startLiveSubgraph } from '../../gateway/testing/live-subgraph.ts';
import { startGateway, type TestGateway } from '../../gateway/testing/start-gateway.ts';
import { startSubgraph, type SubgraphServer } from '../../gateway/testing/subgraph-server.ts';
import { openReadySocket } from '../../gateway/testing/text-socket.ts';
import { until } from '../support/until.ts';

const orders =
  'type Query { count: Int } type Order { id: ID! product: Product } type Product @key(fields: "id", resolvable: false) { id: ID! } type Subscription { placed: Order }';
const products =
  'type Query { names: Int } type Product @key(fields: "id") { id: ID! name: String }';
const query = 'subscription { placed { id product { name } } }';

let stack: AsyncDisposableStack;
let live: LiveSubgraph;
let catalogue: SubgraphServer;
let gateway: TestGateway;
let supergraphOf: (productsSdl: string) => string;
let supergraph: { sdl: string };

beforeEach(async () => {
  stack = new AsyncDisposableStack();
  live = stack.use(await startLiveSubgraph(orders, 'placed'));
  catalogue = stack.use(
    await startSubgraph(products, {
      Product: { __resolveReference: ({ id }) => ({ id, name: `No. ${String(id)}` }) },
    }),
  );
  supergraphOf = (sdl) =>
    compose([
      { name: 'orders', url: live.url, sdl: orders },
      { name: 'products', url: catalogue.url, sdl },
    ]);
  supergraph = { sdl: supergraphOf(products) };
  gateway = stack.use(await startGateway({ supergraph, config: { server: { drainMs: 500 } } }));
});

afterEach(() => stack.disposeAsync());

const place = (id: string): void => live.emit({ id, product: { id } });
const placed = (id: string) => ({ data: { placed: { id, product: { name: `No. ${id}` } } } });

async function openStream(request: { readonly isGet?: boolean; readonly signal?: AbortSignal }) {
  const { isGet = false, signal } = request;
  const headers = { accept: 'text/event-stream', 'content-type': 'application/json' };
  const response = isGet
    ? await fetch(`${gateway.url}?query=${encodeURIComponent(query)}`, { headers })
    : await fetch(gateway.url, {
        method: 'POST',
        headers,
        body: JSON.stringify({ query }),
        ...(signal && { signal }),
      });
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  return {
    async until(part: string): Promise<string> {
      while (!text.includes(part)) {
        const chunk = await reader?.read();
        if (chunk?.value === undefined) throw new Error(`ended without ${part}: ${text}`);
        text += chunk.value;
      }
      return text;
    },
  };
}

const subscribed = (count: number) =>
  until(`${count} subscriptions are open at the subgraph`, () => live.active() === count);

describe('subscriptions over server-sent events', () => {
  it.each([
    ['POST', false],
    ['GET', true],
  ])('complete each event with the fields of other subgraphs, by %s', async (_, isGet) => {
    const stream = await openStream({ isGet });
    await subscribed(1);
    place('7');
    const text = await stream.until('No. 7');
    expect(text).toContain(`event: next\ndata: ${JSON.stringify(placed('7'))}\n\n`);
  });

  it.each([
    ['does not parse', '{', 'GRAPHQL_PARSE_FAILED'],
    ['does not fit the schema', 'subscription { moved }', 'GRAPHQL_VALIDATION_FAILED'],
  ])('tell on the stream that the document %s', async (_, document, code) => {
    const response = await fetch(gateway.url, {
      method: 'POST',
      headers: { accept: 'text/event-stream', 'content-type': 'application/json' },
      body: JSON.stringify({ query: document }),
    });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/);
    const text = await response.text();
    expect(text).toMatch(/^event: next\ndata: {"errors":.*\n\nevent: complete\ndata: \n\n$/);
    expect(text).toContain(code);
  });

  it('leave the subgraph when the client goes', async () => {
    const client = new AbortController();
    await openStream({ signal: client.signal });
    await subscribed(1);
    client.abort();
    await subscribed(0);
  });

  it('end with complete when the gateway shuts down', async () => {
    const stream = await openStream({});
    await subscribed(1);
    const drained = gateway.gateway.drain();
    expect(await stream.until('event: complete')).toContain('event: complete\ndata: \n\n');
    await drained;
  });
});

describe('subscriptions over WebSocket', () => {
  it('share one upstream subscription with event streams, and one entity call an event', async () => {
    const client = await openReadySocket(gateway.url.replace('http', 'ws'));
    client.send({ type: 'subscribe', id: '1', payload: { query } });
    await subscribed(1);
    const stream = await openStream({});
    await stream.until(':');
    place('1');
    expect(await client.next()).toEqual({ id: '1', type: 'next', payload: placed('1') });
    await stream.until('No. 1');
    expect([live.active(), catalogue.received.length]).toEqual([1, 1]);
  });

  it('go on untouched when the supergraph is reloaded', async () => {
    const client = await openReadySocket(gateway.url.replace('http', 'ws'));
    client.send({ type: 'subscribe', id: '1', payload: { query } });
    await subscribed(1);
    supergraph.sdl = supergraphOf(`${products} type Added { id: ID }`.replace('names', 'titles'));
    await gateway.gateway.reload();
    place('2');
    expect(await client.next()).toMatchObject({ id: '1', payload: placed('2') });
    expect(live.sockets.clients.size).toBe(1);
  });

  it('are taken up again when the subgraph drops the socket', async () => {
    const client = await openReadySocket(gateway.url.replace('http', 'ws'));
    client.send({ type: 'subscribe', id: '1', payload: { query } });
    await subscribed(1);
    for (const socket of live.sockets.clients) socket.terminate();
    await subscribed(0);
    await subscribed(1);
    place('3');
    expect(await client.next()).toMatchObject({ id: '1', payload: placed('3') });
  });

  it('are seen in the metrics', async () => {
    const client = await openReadySocket(gateway.url.replace('http', 'ws'));
    client.send({ type: 'subscribe', id: '1', payload: { query } });
    client.send({ type: 'subscribe', id: '2', payload: { query } });
    client.send({ type: 'subscribe', id: '3', payload: { query: '{ nonsense }' } });
    expect(await client.next()).toMatchObject({ id: '3', type: 'error' });
    await subscribed(1);
    const text = await (await fetch(new URL('/metrics', gateway.url))).text();
    expect(text).toContain('operandi_gateway_sockets 1');
    expect(text).toContain('operandi_gateway_client_subscriptions 2');
    expect(text).toContain('operandi_gateway_upstream_subscriptions 1');
    expect(text).toContain('operandi_gateway_refused_total{code="GRAPHQL_VALIDATION_FAILED"} 1');
    expect(text).toContain('operandi_gateway_circuit_open{subgraph="products"} 0');
  });
});
