import { afterEach, beforeEach, expect, test } from 'vitest';
import { compose } from '../../gateway/testing/federated.ts';
import { type LiveSubgraph, startLiveSubgraph } from '../../gateway/testing/live-subgraph.ts';
import { startGateway } from '../../gateway/testing/start-gateway.ts';
import { startSubgraph, type SubgraphServer } from '../../gateway/testing/subgraph-server.ts';
import { openReadySocket } from '../../gateway/testing/text-socket.ts';
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
