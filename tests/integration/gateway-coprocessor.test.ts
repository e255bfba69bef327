import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { afterEach, beforeEach, expect, test } from 'vitest';

import type { JsonObject } from '../../kernel/json.ts';
import { compose } from '../../gateway/testing/federated.ts';
import { ask, startGateway, type TestGateway } from '../../gateway/testing/start-gateway.ts';
import { startSubgraph, type SubgraphServer } from '../../gateway/testing/subgraph-server.ts';

const sdl = 'type Query { n(add: Int): Int }';
const query = { query: '{ n(add: 1) }' };

interface Told {
  readonly stage: string;
  readonly id: string;
  readonly headers?: Readonly<Record<string, readonly string[]>>;
  readonly body?: JsonObject;
  readonly serviceName?: string;
}

let stack: AsyncDisposableStack;
let subgraph: SubgraphServer;
let told: Told[];
/** What the coprocessor answers; undefined: nothing, ever. */
let reply: (message: Told) => object | undefined;
let url: string;

beforeEach(async () => {
  stack = new AsyncDisposableStack();
  told = [];
  reply = (message) => message;
  subgraph = stack.use(await startSubgraph(sdl, { Query: { n: (_, { add }) => 1 + Number(add) } }));
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const message = JSON.parse(Buffer.concat(chunks).toString()) as Told;
      told.push(message);
      const answer = reply(message);
      if (answer !== undefined) response.end(JSON.stringify(answer));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  stack.defer(() => {
    server.closeAllConnections();
    server.close();
  });
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
});
afterEach(() => stack.disposeAsync());

const all = {
  router: { request: { headers: true }, response: { headers: true, body: true } },
  subgraph: { request: { headers: true, body: true }, response: { headers: true, body: true } },
};

async function start(coprocessor: object = all): Promise<TestGateway> {
  return stack.use(
    await startGateway({
      supergraph: { sdl: compose([{ name: 'only', url: subgraph.url, sdl }]) },
      config: {
        server: { drainMs: 100 },
        coprocessor: { url, timeoutMs: 60_000, ...coprocessor },
        headers: { request: { all: [{ propagate: 'x-user' }] } },
      },
    }),
  );
}

test('is asked at each stage that is configured, and what it leaves alone stays', async () => {
  const gateway = await start();
  const { body } = await ask(gateway.url, query, { 'x-request-id': 'r-1', 'x-user': 'ann' });
  expect(body).toEqual({ data: { n: 2 } });
  expect(told.map(({ stage, id }) => `${stage} ${id}`)).toEqual([
    'RouterRequest r-1',
    'SubgraphRequest r-1',
    'SubgraphResponse r-1',
    'RouterResponse r-1',
  ]);
  expect(told[1]).toMatchObject({ serviceName: 'only', headers: { 'x-user': ['ann'] } });
  expect(told[3]?.body).toEqual({ data: { n: 2 } });
});

test('is not asked at other stages', async () => {
  const gateway = await start({ subgraph: { response: { body: true } } });
  await ask(gateway.url, query);
  expect(told).toMatchObject([{ stage: 'SubgraphResponse' }]);
  expect(told[0]).not.toHaveProperty('headers');
});

test('changes headers and bodies on their way, and vouches for nobody', async () => {
  reply = (message) => {
    switch (message.stage) {
      case 'RouterRequest':
        return { ...message, headers: { 'x-user': ['bob'], 'x-operandi-actor': ['root'] } };
      case 'SubgraphRequest':
        return {
          ...message,
          headers: { ...message.headers, 'x-more': 'yes', 'x-operandi-actor': 'root' },
        };
      case 'SubgraphResponse':
        return {
          ...message,
          body: JSON.parse(JSON.stringify(message.body).replace('2', '7')) as object,
        };
      default:
        return { ...message, headers: { 'x-seen': ['yes'] } };
    }
  };
  const gateway = await start();
  const { body, headers } = await ask(gateway.url, query, { 'x-user': 'ann' });
  expect(body).toEqual({ data: { n: 7 } });
  expect(headers.get('x-seen')).toBe('yes');
  expect(subgraph.received[0]?.headers).toMatchObject({ 'x-user': 'bob', 'x-more': 'yes' });
  expect(subgraph.received[0]?.headers).not.toHaveProperty('x-operandi-actor');
});

test.each([
  [401, 'UNAUTHENTICATED'],
  [403, 'FORBIDDEN'],
  [418, 'BAD_USER_INPUT'],
])('refuses a request with %s', async (status, code) => {
  const errors = [{ message: 'not today' }];
  reply = (message) => ({ ...message, control: { break: status }, body: { errors } });
  const gateway = await start({ router: { request: { headers: true } } });
  const answer = await ask(gateway.url, query);
  expect([answer.status, answer.body]).toMatchObject([
    status,
    { errors: [{ message: 'not today', extensions: { code } }] },
  ]);
  expect(subgraph.received).toEqual([]);
});

test.each([
  ['is silent', { timeoutMs: 50 }, () => undefined],
  ['answers something else', {}, () => [1]],
  ['answers a control that is none', {}, (message: Told) => ({ ...message, control: 'proceed' })],
])('that %s stops what it was to look at', async (_, more, answer: typeof reply) => {
  reply = answer;
  const closed = await start({ ...more, router: { request: { headers: true } } });
  const { status, body } = await ask(closed.url, query);
  expect([status, body]).toMatchObject([
    503,
    { errors: [{ extensions: { code: 'UNAVAILABLE' } }] },
  ]);
  const inner = await start({ ...more, subgraph: { request: { body: true } } });
  expect((await ask(inner.url, query)).body).toMatchObject({ data: { n: null }, errors: [{}] });
  expect(subgraph.received).toEqual([]);
  const open = await start({
    ...more,
    isFailingOpen: true,
    router: { request: { headers: true } },
  });
  expect((await ask(open.url, query)).body).toEqual({ data: { n: 2 } });
});
