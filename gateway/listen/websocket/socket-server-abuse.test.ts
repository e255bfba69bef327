import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { anonymous } from '../../admit/identity.ts';
import { createSubscriptionHub } from '../../live/hub.ts';
import { defaultSubscriptionOptions } from '../../live/options.ts';
import { createStubGraph } from '../../testing/stub-graph.ts';
import { openReadySocket, openTextSocket } from '../../testing/text-socket.ts';
import { defaultWebSocketOptions } from './options.ts';
import { createSocketServer, type SocketServer } from './socket-server.ts';

let sockets: SocketServer;
let server: Server;
let host: string;
/** The gateway's end of the last connection. */
let stream: Duplex;

beforeEach(async () => {
  const stub = createStubGraph();
  const log = pino({ level: 'silent' });
  const subscriptions = defaultSubscriptionOptions;
  sockets = createSocketServer(
    {
      admit: () => Promise.reject(new Error('nothing is asked here')),
      identify: () => Promise.resolve(anonymous),
      hub: createSubscriptionHub({ current: stub.current, options: subscriptions, log }),
      subscriptions,
      log,
    },
    { ...defaultWebSocketOptions, allowedOrigins: [] },
  );
  server = createServer();
  server.on('upgrade', (request, socket, head) => {
    stream = socket;
    sockets.upgrade(request, socket, head);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(async () => {
  await sockets.drain(0);
  server.close();
  await once(server, 'close');
});

describe('a socket', () => {
  it('is open to pages of its own server and to no others', async () => {
    const own = await openTextSocket(`ws://${host}/`, { headers: { origin: `http://${host}` } });
    own.close();
    const foreign = openTextSocket(`ws://${host}/`, { headers: { origin: 'http://evil.example' } });
    await expect(foreign).rejects.toThrow('403');
    const file = openTextSocket(`ws://${host}/`, { headers: { origin: 'null' } });
    await expect(file).rejects.toThrow('403');
  });

  it('may carry its JSON in binary frames', async () => {
    const client = await openTextSocket(`ws://${host}/`);
    client.socket.send(Buffer.from('{"type":"connection_init"}'), { binary: true });
    expect(await client.next()).toEqual({ type: 'connection_ack' });
  });

  it('attack 36: is not read while its client does not read', async () => {
    const client = await openReadySocket(`ws://${host}/`);
    const { socket } = client;
    socket.pause();
    const message = JSON.stringify({ type: 'ping', payload: { fill: 'x'.repeat(200_000) } });
    const count = 200;
    for (let sent = 0; sent < count; sent += 1) socket.send(message);
    await expect.poll(() => stream.isPaused(), { timeout: 5_000 }).toBe(true);
    socket.resume();
    for (let received = 0; received < count; received += 1) {
      expect(await client.next()).toMatchObject({ type: 'pong' });
    }
  });
});
