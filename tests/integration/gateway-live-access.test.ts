import { afterEach, beforeEach, expect, test } from 'vitest';

import type { Authenticate } from '../../gateway/admit/identity.ts';
import { compose } from '../../gateway/testing/federated.ts';
import { type LiveSubgraph, startLiveSubgraph } from '../../gateway/testing/live-subgraph.ts';
import { startGateway, type TestGateway } from '../../gateway/testing/start-gateway.ts';
import { startSubgraph, type SubgraphServer } from '../../gateway/testing/subgraph-server.ts';
import { openReadySocket } from '../../gateway/testing/text-socket.ts';
import { AppError } from '../../kernel/errors.ts';
import { until } from '../support/until.ts';

const orders = `
  type Query { count: Int }
  type Order { id: ID! total: Int @requiresScopes(scopes: [["sales"]]) product: Product }
  type Product @key(fields: "id", resolvable: false) { id: ID! }
  type Subscription { placed: Order @authenticated }`;
const products = `
  type Query { names: Int }
  type Product @key(fields: "id") { id: ID! name: String secret: String @policy(policies: [["stock"]]) }`;
const query = 'subscription { placed { id total product { name secret } } }';

/** The credential lists what its bearer holds; `nobody` is let in without any. */
const authenticate: Authenticate = ({ authorization }) => {
  if (authorization === undefined) {
    return Promise.reject(new AppError('UNAUTHENTICATED', 'Who asks?'));
  }
  const held = authorization.split(' ');
  return Promise.resolve({
    key: authorization,
    isAuthenticated: authorization !== 'nobody',
    scopes: held,
    policies: held,
    headers: () => Promise.resolve({}),
  });
};

let stack: AsyncDisposableStack;
let live: LiveSubgraph;
let catalogue: SubgraphServer;
let gateway: TestGateway;
let supergraph: { sdl: string };

beforeEach(async () => {
  stack = new AsyncDisposableStack();
  live = stack.use(await startLiveSubgraph(orders, 'placed'));
  catalogue = stack.use(
    await startSubgraph(products, {
      Product: { __resolveReference: ({ id }) => ({ id, name: 'tin', secret: 'in the cellar' }) },
    }),
  );
  const sdl = compose([
    { name: 'orders', url: live.url, sdl: orders },
    { name: 'products', url: catalogue.url, sdl: products },
  ]);
  supergraph = { sdl };
  gateway = stack.use(
    await startGateway({ supergraph, authenticate, config: { server: { drainMs: 100 } } }),
  );
});
afterEach(() => stack.disposeAsync());

const denied = (path: readonly string[]) => ({
  path,
  extensions: { code: 'UNAUTHORIZED_FIELD_OR_TYPE' },
});

async function follow(authorization: string) {
  const client = await openReadySocket(gateway.url.replace('http', 'ws'), { authorization });
  const before = live.active();
  client.send({ type: 'subscribe', id: '1', payload: { query } });
  return { client, begun: () => until('the subgraph is asked', () => live.active() > before) };
}

function stream(authorization: string, accept = 'text/event-stream'): Promise<Response> {
  const headers = {
    authorization,
    accept,
    'content-type': 'application/json',
  };
  return fetch(gateway.url, { method: 'POST', headers, body: JSON.stringify({ query }) });
}

const place = (): void => live.emit({ id: '1', total: 7, product: { id: '9' } });

test('a socket gives each subscriber the fields its own identity may read', async () => {
  const seller = await follow('sales');
  await seller.begun();
  const keeper = await follow('stock');
  await keeper.begun();
  place();
  expect(await seller.client.next()).toMatchObject({
    payload: {
      data: { placed: { id: '1', total: 7, product: { name: 'tin', secret: null } } },
      errors: [denied(['placed', 'product', 'secret'])],
    },
  });
  expect(await keeper.client.next()).toMatchObject({
    payload: {
      data: { placed: { id: '1', total: null, product: { name: 'tin', secret: 'in the cellar' } } },
      errors: [denied(['placed', 'total'])],
    },
  });
});

test('each event names again what is left out', async () => {
  const { client, begun } = await follow('clerk');
  await begun();
  for (let event = 0; event < 2; event++) {
    place();
    expect(await client.next()).toMatchObject({
      payload: {
        data: { placed: { total: null, product: { name: 'tin', secret: null } } },
        errors: [denied(['placed', 'total']), denied(['placed', 'product', 'secret'])],
      },
    });
  }
});

test('an event stream leaves out what its reader may not see', async () => {
  const response = await stream('sales');
  await until('the subgraph is asked', () => live.active() === 1);
  place();
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  while (!text.includes('"placed"')) text += (await reader?.read())?.value ?? '';
  expect(text).toContain('"total":7');
  expect(text).toContain('"secret":null');
  await reader?.cancel();
});

test.each([
  'multipart/mixed;subscriptionSpec=1.0, application/json',
  'multipart/mixed; boundary=graphql; subscriptionSpec="1.0"',
])('so do parts, for a client that accepts %s', async (accept) => {
  const response = await stream('sales', accept);
  expect(response.headers.get('content-type')).toBe(
    'multipart/mixed; boundary="graphql"; subscriptionSpec=1.0',
  );
  await until('the subgraph is asked', () => live.active() === 1);
  place();
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  while (!text.includes('"placed"')) text += (await reader?.read())?.value ?? '';
  expect(text).toMatch(/\{"payload":\{"errors":\[.*"total":7.*"secret":null.*\}\}\r\n--graphql/);
  await reader?.cancel();
});

test('a subscription whose root field is refused ends with an error and asks no subgraph', async () => {
  const { client } = await follow('nobody');
  expect(await client.next()).toMatchObject({
    type: 'error',
    payload: [denied(['placed'])],
  });
  const response = await stream('nobody');
  const [, answer = ''] =
    /^event: next\ndata: (.*)\n\nevent: complete/.exec(await response.text()) ?? [];
  expect(JSON.parse(answer)).toMatchObject({ errors: [denied(['placed'])] });
  expect(live.sockets.clients.size).toBe(0);
});

test('a reload keeps asking for the identity that subscribed', async () => {
  const { client, begun } = await follow('sales');
  await begun();
  await using moved = await startSubgraph(products, {
    Product: { __resolveReference: ({ id }) => ({ id, name: 'jar' }) },
  });
  supergraph.sdl = supergraph.sdl.replace(catalogue.url, moved.url);
  await gateway.gateway.reload();
  const event = await until('the new supergraph answers', async () => {
    place();
    const message = await client.next();
    return JSON.stringify(message).includes('jar') && message;
  });
  expect(event).toMatchObject({ payload: { data: { placed: { total: 7 } } } });
});
