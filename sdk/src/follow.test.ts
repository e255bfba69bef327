import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

import { afterEach, describe, expect, it } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';

import type { ApiKey } from './credentials.ts';
import { type FollowOptions } from './follow.ts';
import { openSocket } from './socket.ts';
import type { Transport } from './transport.ts';
import { watchJob } from './watch.ts';

const stack: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of stack.splice(0).reverse()) await close();
});

interface Message {
  readonly type: string;
  readonly id?: string;
  readonly payload?: {
    readonly authorization?: string;
    readonly variables?: { after: string | null };
  };
}

/** What a server does with the n-th connection, from 1. */
type Behaviour = (socket: WebSocket, message: Message, connection: number) => void;

async function serve(behave: Behaviour, apiKey: ApiKey = 'k') {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  let connections = 0;
  server.on('connection', (socket) => {
    connections += 1;
    const connection = connections;
    socket.on('message', (data: Buffer) => {
      behave(socket, JSON.parse(data.toString()) as Message, connection);
    });
  });
  const { port } = server.address() as AddressInfo;
  const url = `ws://127.0.0.1:${String(port)}`;
  const socket = openSocket({ url, apiKey, pingMs: 20, silenceMs: 20 });
  const transport: Transport = {
    isRenewable: typeof apiKey === 'function',
    subscribe: (...given) => socket.subscribe(...given),
    send: () => Promise.reject(new Error('not here')),
    [Symbol.asyncDispose]: () => socket[Symbol.asyncDispose](),
  };
  stack.push(async () => {
    await socket[Symbol.asyncDispose]();
    for (const client of server.clients) client.terminate();
    await new Promise((resolve) => server.close(resolve));
  });
  return { transport, connections: () => connections };
}

function send(socket: WebSocket, message: unknown): void {
  socket.send(JSON.stringify(message));
}

function event(socket: WebSocket, id: string | undefined, seq: number): void {
  const jobEvents = { seq, cursor: `c${String(seq)}`, job: { id: 'j', state: 'RUNNING' } };
  send(socket, { id, type: 'next', payload: { data: { jobEvents } } });
}

async function seqsOf(transport: Transport, options: FollowOptions = {}): Promise<number[]> {
  const seqs: number[] = [];
  for await (const { seq } of watchJob(transport, 'j', options)) seqs.push(seq);
  return seqs;
}

/** Accepts, tells one event a connection behind the cursor, and completes with the third. */
const obliging: Behaviour = (socket, { type, id, payload }) => {
  if (type === 'connection_init') send(socket, { type: 'connection_ack' });
  if (type === 'ping') send(socket, { type: 'pong' });
  if (type !== 'subscribe') return;
  const seq = Number(payload?.variables?.after?.slice(1) ?? 0) + 1;
  event(socket, id, seq);
  if (seq === 3) send(socket, { id, type: 'complete' });
};

describe('a stream that is followed', () => {
  it('goes on after a silence in which the other side is gone, as after a laptop’s sleep', async () => {
    const { transport, connections } = await serve((socket, message, connection) => {
      // The first two servers never say a word again: nobody tells a machine that slept.
      if (message.type !== 'ping' || connection === 3) obliging(socket, message, connection);
    });
    expect(await seqsOf(transport)).toEqual([1, 2, 3]);
    expect(connections()).toBe(3);
  });

  it('goes on with another credential when the one it has is refused, expires or is revoked', async () => {
    const asked: boolean[] = [];
    const apiKey: ApiKey = ({ isRefused }) => {
      asked.push(isRefused);
      return `k${String(asked.length)}`;
    };
    const { transport } = await serve((socket, message, connection) => {
      if (connection === 2) socket.close(4401, 'no');
      else obliging(socket, message, connection);
      if (message.type === 'subscribe' && connection !== 4) socket.close(4403, 'it has expired');
    }, apiKey);
    expect(await seqsOf(transport)).toEqual([1, 2, 3]);
    expect(asked).toEqual([false, true, true, true]);
  });

  it('ends when a credential is refused again and again, and at once when it cannot be another', async () => {
    const refusing: Behaviour = (socket) => socket.close(4403, 'revoked');
    const renewed = await serve(refusing, () => 'k');
    await expect(seqsOf(renewed.transport)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    expect(renewed.connections()).toBe(4);
    const fixed = await serve(refusing);
    await expect(seqsOf(fixed.transport)).rejects.toThrow('revoked');
    expect(fixed.connections()).toBe(1);
  });

  it('tells of each connection that is lost, and gives up after maxReconnects in a row', async () => {
    const { transport } = await serve((socket, message, connection) => {
      if (connection === 1) obliging(socket, message, connection);
      if (message.type === 'subscribe' || connection > 1) socket.close(1012, 'restarting');
    });
    const lost: (string | undefined)[] = [];
    const onReconnect: FollowOptions['onReconnect'] = ({ after }) => void lost.push(after);
    const following = seqsOf(transport, { maxReconnects: 2, onReconnect });
    await expect(following).rejects.toMatchObject({ name: 'ConnectionError' });
    expect(lost).toEqual(['c1', 'c1']);
  });
});
