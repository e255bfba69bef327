import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

import { afterEach, beforeEach, expect, test } from 'vitest';

import type { Authenticate } from '../../gateway/admit/identity.ts';
import { compose } from '../../gateway/testing/federated.ts';
import { ask, startGateway, type TestGateway } from '../../gateway/testing/start-gateway.ts';
import { startSubgraph, type SubgraphServer } from '../../gateway/testing/subgraph-server.ts';
import { AppError } from '../../kernel/errors.ts';
import { until } from '../support/until.ts';

const sdl = 'type Query { hello: String }';

/** Knows callers by the name they give, and nobody else. */
const authenticate: Authenticate = ({ apiKey }) => {
  if (apiKey === undefined) return Promise.reject(new AppError('UNAUTHENTICATED', 'who?'));
  const headers = () => Promise.resolve({});
  return Promise.resolve({ key: apiKey, tenantId: apiKey, isAuthenticated: true, headers });
};

let subgraph: SubgraphServer;
let gateway: TestGateway | undefined;
let sockets: Socket[];

beforeEach(async () => {
  sockets = [];
  gateway = undefined;
  subgraph = await startSubgraph(sdl, { Query: { hello: () => 'there' } });
});

afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  await gateway?.[Symbol.asyncDispose]();
  await subgraph[Symbol.asyncDispose]();
});

async function start(config: unknown): Promise<string> {
  const supergraph = { sdl: compose([{ name: 'a', url: subgraph.url, sdl }]) };
  gateway = await startGateway({ supergraph, authenticate, config });
  return gateway.url;
}

interface Attacker {
  readonly socket: Socket;
  /** Everything that came. */
  readonly answer: () => string;
}

async function open(url: string, localAddress = '127.0.0.1'): Promise<Attacker> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port), localAddress });
  let text = '';
  socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
  socket.on('error', () => undefined);
  sockets.push(socket);
  await once(socket, 'connect');
  return { socket, answer: () => text };
}

function head(length: number, key?: string): string {
  const named = key === undefined ? '' : `x-api-key: ${key}\r\n`;
  return `POST /graphql HTTP/1.1\r\nhost: gateway\r\n${named}content-type: application/json\r\ncontent-length: ${length}\r\n\r\n`;
}

async function expectServed(url: string, key = 'second'): Promise<void> {
  const { body } = await ask(url, { query: '{ hello }' }, { 'x-api-key': key });
  expect(body).toMatchObject({ data: { hello: 'there' } });
}

test('answers who has no credential before the body has come, beside a client that has one', async () => {
  const url = await start({});
  const attackers = await Promise.all(Array.from({ length: 50 }, () => open(url)));
  for (const { socket } of attackers) socket.write(`${head(1_000_000)}{"query":`);
  for (const { socket, answer } of attackers) {
    await until('the attacker is answered', () => answer().includes('UNAUTHENTICATED'));
    expect(answer()).toMatch(/^HTTP\/1\.1 401 [^]*connection: close/i);
    await until('the connection has ended', () => socket.closed || socket.readableEnded);
  }
  await expectServed(url);
});

test('counts the bytes of bodies by caller: one that sends too many at once is told to wait', async () => {
  const url = await start({ server: { maxBodiesBytesPerCaller: 200_000 } });
  const attackers = await Promise.all(Array.from({ length: 4 }, () => open(url)));
  for (const { socket } of attackers) {
    socket.write(head(1_000_000, 'first'));
    socket.write(' '.repeat(90_000));
  }
  const refused = await until('one body is too much', () =>
    attackers.find(({ answer }) => answer().includes('RATE_LIMITED')),
  );
  expect(refused.answer()).toMatch(/^HTTP\/1\.1 429 [^]*retry-after: 1/i);
  await expectServed(url);
});

test('attack 7: gives up a body that does not come to its end in time', async () => {
  const url = await start({ server: { bodyTimeoutMs: 50 } });
  const { socket, answer } = await open(url);
  socket.write(`${head(1_000, 'first')}{`);
  await until('the body is given up', () => answer().includes('REQUEST_TIMEOUT'));
  expect(answer()).toMatch(/^HTTP\/1\.1 408 /);
  await expectServed(url);
});

test('takes only small bodies of those who are nobody where others have names', async () => {
  const headers = () => Promise.resolve({});
  const supergraph = { sdl: compose([{ name: 'a', url: subgraph.url, sdl }]) };
  gateway = await startGateway({
    supergraph,
    config: { server: { maxAnonymousBodyBytes: 100 } },
    authenticate: ({ apiKey }) =>
      Promise.resolve({
        key: apiKey ?? 'anonymous',
        isAuthenticated: apiKey !== undefined,
        headers,
      }),
  });
  const request = { query: `{ hello } # ${'x'.repeat(200)}` };
  const small = await ask(gateway.url, { query: '{ hello }' });
  const large = await ask(gateway.url, request);
  const named = await ask(gateway.url, request, { 'x-api-key': 'second' });
  expect([small.status, large.status, named.status]).toEqual([200, 413, 200]);
});

test('has connections left for other addresses when one has taken its share', async () => {
  const url = await start({ server: { maxConnectionsPerAddress: 3 } });
  const first = await open(url, '127.0.0.2');
  for (const address of ['127.0.0.2', '127.0.0.2']) await open(url, address);
  const refused = await open(url, '127.0.0.2');
  await until('one connection is too much', () => refused.answer().includes('RATE_LIMITED'));
  expect(refused.answer()).toMatch(/^HTTP\/1\.1 429 Too Many Requests\r\n[^]*retry-after: 1/);
  await expectServed(url);
  first.socket.destroy();
  await until('there is room for one again', async () => {
    const next = await open(url, '127.0.0.2');
    next.socket.write('GET /health/live HTTP/1.1\r\nhost: gateway\r\n\r\n');
    await until('it is answered', () => next.answer().length > 0);
    return next.answer().startsWith('HTTP/1.1 200');
  });
});

test('asks the proxy in front for the address by which WebSockets are counted', async () => {
  const url = await start({
    server: { trustedHops: 1 },
    subscriptions: { maxSocketsPerAddress: 1 },
  });
  const upgrade = async (address: string): Promise<Attacker> => {
    const client = await open(url);
    client.socket.write(
      [
        'GET /graphql HTTP/1.1',
        ...['host: gateway', 'connection: upgrade', 'upgrade: websocket'],
        ...['sec-websocket-version: 13', 'sec-websocket-protocol: graphql-transport-ws'],
        'sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==',
        `x-forwarded-for: 10.0.0.1, ${address}`,
        '\r\n',
      ].join('\r\n'),
    );
    await until('the upgrade is answered', () => client.answer().length > 0);
    return client;
  };
  const statuses: string[] = [];
  for (const address of ['203.0.113.1', '203.0.113.1', '203.0.113.2']) {
    statuses.push((await upgrade(address)).answer().slice(9, 12));
  }
  expect(statuses).toEqual(['101', '429', '101']);
});
