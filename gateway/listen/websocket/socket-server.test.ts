import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { AppError } from '../../../kernel/errors.ts';
import type { Admit } from '../../admit/admission.ts';
import { anonymous, type Identity } from '../../admit/identity.ts';
import { createSubscriptionHub } from '../../live/hub.ts';
import { defaultSubscriptionOptions } from '../../live/options.ts';
import { createStubGraph, type StubGraph } from '../../testing/stub-graph.ts';
import { openReadySocket, openTextSocket } from '../../testing/text-socket.ts';
import { defaultWebSocketOptions } from './options.ts';
import { createSocketServer, type SocketServer } from './socket-server.ts';

const ticks = 'subscription { ticks { number } }';
const tick = (number: number) => ({ data: { ticks: { number } } });

let stub: StubGraph;
let server: Server;
let sockets: SocketServer;
let url: string;
let identity: Identity;
let presented: Readonly<Record<string, string>>[];
let answering: Promise<void> | undefined;

beforeEach(async () => {
  stub = createStubGraph();
  identity = anonymous;
  presented = [];
  answering = undefined;
  const log = pino({ level: 'silent' });
  const subscriptions = { ...defaultSubscriptionOptions, maxPerSocket: 3, maxBufferedBytes: 4_096 };
  const admit: Admit = async (params, { signal, requestId, headers, identity: caller }) => {
    const source = { query: params.query ?? '' };
    await answering;
    using lease = stub.current.acquire();
    const { graph } = lease;
    const prepared = await graph.prepare(source, identity);
    return {
      ...{ source, prepared, graph },
      request: { variables: params.variables, identity: caller, headers, signal, requestId },
      [Symbol.dispose]: () => undefined,
    };
  };
  sockets = createSocketServer(
    {
      admit,
      identify: (headers) => {
        if (headers['authorization'] === 'bad') {
          return Promise.reject(new AppError('UNAUTHENTICATED', 'bad credential'));
        }
        if (headers['authorization'] === 'unlucky') {
          return Promise.reject(new Error('database is away'));
        }
        presented.push(headers);
        return Promise.resolve(identity);
      },
      hub: createSubscriptionHub({ current: stub.current, options: subscriptions, log }),
      subscriptions,
      log,
    },
    {
      ...defaultWebSocketOptions,
      initTimeoutMs: 200,
      maxMessageBytes: 2_000,
      allowedOrigins: ['https://good.example'],
    },
  );
  server = createServer();
  server.on('upgrade', (request, socket, head) => sockets.upgrade(request, socket, head));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`;
});

afterEach(async () => {
  await sockets.drain(0);
  server.close();
  await once(server, 'close');
});

describe('opening a session', () => {
  it('closes with 4406 when no subprotocol is named', async () => {
    const socket = new WebSocket(url);
    const [code, reason] = (await once(socket, 'close')) as [number, Buffer];
    expect([code, reason.toString()]).toEqual([4406, 'Subprotocol not acceptable']);
  });

  it('agrees to no subprotocol but graphql-transport-ws', async () => {
    await expect(openTextSocket(url, { protocol: 'graphql-ws' })).rejects.toThrow('subprotocol');
  });

  it('acknowledges connection_init', async () => {
    const client = await openTextSocket(url);
    client.send({ type: 'connection_init' });
    expect(await client.next()).toEqual({ type: 'connection_ack' });
  });

  it('closes with 4408 when connection_init does not come', async () => {
    const client = await openTextSocket(url);
    expect(await client.closed).toMatchObject({ code: 4408 });
  });

  it('closes with 4429 on a second connection_init', async () => {
    const client = await openReadySocket(url);
    client.send({ type: 'connection_init' });
    expect(await client.closed).toMatchObject({ code: 4429 });
  });

  it('closes with 4403 when the credential in connection_init is refused', async () => {
    const client = await openTextSocket(url);
    client.send({ type: 'connection_init', payload: { Authorization: 'bad' } });
    expect(await client.closed).toMatchObject({ code: 4403 });
  });

  it('closes with 1013 when the credential could not be checked', async () => {
    const client = await openTextSocket(url);
    client.send({ type: 'connection_init', payload: { Authorization: 'unlucky' } });
    expect(await client.closed).toMatchObject({ code: 1013 });
  });

  it('takes no word of who calls from the client', async () => {
    await openReadySocket(url, { 'x-operandi-actor': 'forged', 'x-region': 'eu' });
    expect(presented[0]).toMatchObject({ 'x-region': 'eu' });
    expect(presented[0]).not.toHaveProperty('x-operandi-actor');
  });

  it('closes with 4401 on subscribe before the acknowledgement', async () => {
    const client = await openTextSocket(url);
    client.send({ type: 'subscribe', id: '1', payload: { query: ticks } });
    expect(await client.closed).toMatchObject({ code: 4401 });
  });

  it('refuses a page of an origin that is not allowed', async () => {
    const attempt = openTextSocket(url, { headers: { origin: 'https://evil.example' } });
    await expect(attempt).rejects.toThrow('403');
  });

  it('answers a ping with a pong that carries its payload', async () => {
    const client = await openReadySocket(url);
    client.send({ type: 'ping', payload: { at: 1 } });
    expect(await client.next()).toEqual({ type: 'pong', payload: { at: 1 } });
  });
});

describe('messages that are none', () => {
  it.each([
    ['text that is not JSON', '{'],
    ['a JSON array', '[]'],
    ['an unknown type', '{"type":"start"}'],
    ['subscribe without id', '{"type":"subscribe","payload":{"query":"{hello}"}}'],
    ['subscribe with an empty id', '{"type":"subscribe","id":"","payload":{"query":"{hello}"}}'],
    ['subscribe without payload', '{"type":"subscribe","id":"1"}'],
    ['subscribe without query', '{"type":"subscribe","id":"1","payload":{}}'],
    ['a query that is a number', '{"type":"subscribe","id":"1","payload":{"query":1}}'],
    [
      'variables that are text',
      '{"type":"subscribe","id":"1","payload":{"query":"{hello}","variables":"x"}}',
    ],
    ['complete without id', '{"type":"complete"}'],
  ])('closes with 4400 on %s', async (_, text) => {
    const client = await openReadySocket(url);
    client.send(text);
    expect(await client.closed).toEqual({ code: 4400, reason: 'Invalid message received' });
  });

  it('closes with 1009 on a message over the size limit', async () => {
    const client = await openReadySocket(url);
    client.send({ type: 'ping', payload: { filler: 'x'.repeat(3_000) } });
    expect(await client.closed).toMatchObject({ code: 1009 });
  });
});

describe('operations', () => {
  it('answers a query with next and complete', async () => {
    const client = await openReadySocket(url);
    client.send({ type: 'subscribe', id: 'q', payload: { query: '{ hello }' } });
    expect(await client.next()).toEqual({
      id: 'q',
      type: 'next',
      payload: { data: { hello: 'world' } },
    });
    expect(await client.next()).toEqual({ id: 'q', type: 'complete' });
  });

  it('answers a document that does not parse with error and keeps the socket', async () => {
    const client = await openReadySocket(url);
    client.send({ type: 'subscribe', id: 'bad', payload: { query: 'subscription {' } });
    expect(await client.next()).toMatchObject({ id: 'bad', type: 'error' });
    client.send({ type: 'subscribe', id: 'bad', payload: { query: '{ hello }' } });
    expect(await client.next()).toMatchObject({ id: 'bad', type: 'next' });
  });

  it('closes with 4409 on an id that is in use', async () => {
    const client = await openReadySocket(url);
    client.send({ type: 'subscribe', id: '1', payload: { query: ticks } });
    client.send({ type: 'subscribe', id: '1', payload: { query: ticks } });
    expect(await client.closed).toEqual({
      code: 4409,
      reason: 'Subscriber for 1 already exists',
    });
  });

  it('closes with 4409 even when the id is too long for the reason', async () => {
    const client = await openReadySocket(url);
    const id = 'i'.repeat(500);
    client.send({ type: 'subscribe', id, payload: { query: ticks } });
    client.send({ type: 'subscribe', id, payload: { query: ticks } });
    expect(await client.closed).toMatchObject({ code: 4409 });
  });

  it('keeps an id that is used again apart from its first use', async () => {
    const client = await openReadySocket(url);
    const admission = Promise.withResolvers<undefined>();
    answering = admission.promise;
    client.send({ type: 'subscribe', id: '1', payload: { query: ticks } });
    client.send({ type: 'complete', id: '1' });
    client.send({ type: 'subscribe', id: '1', payload: { query: ticks } });
    client.send({ type: 'ping' });
    expect(await client.next()).toEqual({ type: 'pong' });
    admission.resolve(undefined);
    (await stub.untilOpened(1)).queue.push(tick(1));
    expect(await client.next()).toMatchObject({ id: '1', type: 'next' });
    client.send({ type: 'ping' });
    expect(await client.next()).toEqual({ type: 'pong' });
  });

  it('refuses one operation too many and keeps the others', async () => {
    const client = await openReadySocket(url);
    for (const id of ['1', '2', '3', '4']) {
      client.send({ type: 'subscribe', id, payload: { query: ticks } });
    }
    expect(await client.next()).toMatchObject({
      id: '4',
      type: 'error',
      payload: [{ extensions: { code: 'LIMIT_EXCEEDED' } }],
    });
    (await stub.untilOpened(1)).queue.push(tick(1));
    expect(await client.next()).toMatchObject({ type: 'next' });
  });

  it('completes when the subgraph completes', async () => {
    const client = await openReadySocket(url);
    client.send({ type: 'subscribe', id: '1', payload: { query: ticks } });
    (await stub.untilOpened(1)).queue.finish();
    expect(await client.next()).toEqual({ id: '1', type: 'complete' });
  });

  it('leaves the subgraph when the client completes', async () => {
    const client = await openReadySocket(url);
    client.send({ type: 'subscribe', id: '1', payload: { query: ticks } });
    const upstream = await stub.untilOpened(1);
    const left = once(upstream.request.signal, 'abort');
    client.send({ type: 'complete', id: '1' });
    await left;
    expect(stub.leases).toBe(0);
  });

  it('leaves the subgraph when the socket closes', async () => {
    const client = await openReadySocket(url);
    client.send({ type: 'subscribe', id: '1', payload: { query: ticks } });
    const upstream = await stub.untilOpened(1);
    const left = once(upstream.request.signal, 'abort');
    client.close();
    await left;
    expect(stub.leases).toBe(0);
  });
});

describe('many clients', () => {
  it('share one upstream subscription and one completion of each event', async () => {
    const clients = await Promise.all([1, 2, 3].map(() => openReadySocket(url)));
    for (const client of clients) {
      client.send({ type: 'subscribe', id: 's', payload: { query: ticks } });
      client.send({ type: 'ping' });
      await client.next();
    }
    const upstream = await stub.untilOpened(1);
    upstream.queue.push(tick(7));
    const results = await Promise.all(clients.map((client) => client.next()));
    expect(results).toEqual(clients.map(() => ({ id: 's', type: 'next', payload: tick(7) })));
    expect(stub.opened).toHaveLength(1);
    expect(stub.completed).toBe(1);
  });
});

describe('slow clients', () => {
  it('lose the operation with SUBSCRIPTION_OVERFLOW, not the socket', async () => {
    const client = await openReadySocket(url);
    client.send({ type: 'subscribe', id: '1', payload: { query: ticks } });
    const upstream = await stub.untilOpened(1);
    client.socket.pause();
    const big = { data: { ticks: { number: 1, filler: 'x'.repeat(500_000) } } };
    const left = once(upstream.request.signal, 'abort');
    for (let sent = 0; sent < 100; sent += 1) upstream.queue.push(big);
    await left;
    client.socket.resume();
    let message = await client.next();
    while (message['type'] === 'next') message = await client.next();
    expect(message).toMatchObject({
      id: '1',
      type: 'error',
      payload: [{ extensions: { code: 'SUBSCRIPTION_OVERFLOW' } }],
    });
    client.send({ type: 'ping' });
    expect(await client.next()).toEqual({ type: 'pong' });
  });
});

describe('credentials that end', () => {
  it('closes with 4403 when the token expires', async () => {
    identity = { ...anonymous, expiresAt: new Date(Date.now() + 50) };
    const client = await openReadySocket(url);
    expect(await client.closed).toEqual({ code: 4403, reason: 'Credential ended' });
  });

  it('closes with 4403 when the key is revoked', async () => {
    let revoke: () => void = () => undefined;
    identity = {
      ...anonymous,
      revoked: (listener) => {
        revoke = listener;
        return () => undefined;
      },
    };
    const client = await openReadySocket(url);
    revoke();
    expect(await client.closed).toMatchObject({ code: 4403 });
  });
});

describe('draining', () => {
  it('spreads the closes over the time', async () => {
    const clients = await Promise.all([1, 2, 3].map(() => openReadySocket(url)));
    const started = performance.now();
    const drained = sockets.drain(3_000);
    const ends = await Promise.all(
      clients.map(async ({ closed }) => {
        await closed;
        return performance.now() - started;
      }),
    );
    expect(Math.max(...ends) - Math.min(...ends)).toBeGreaterThan(100);
    await drained;
  });

  it('closes every socket with 1012 and refuses new ones', async () => {
    const clients = await Promise.all([1, 2].map(() => openReadySocket(url)));
    const drained = sockets.drain(20);
    const codes = await Promise.all(clients.map(async ({ closed }) => (await closed).code));
    expect(codes).toEqual([1012, 1012]);
    await drained;
    await expect(openTextSocket(url)).rejects.toThrow('503');
  });
});
