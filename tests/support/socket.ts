import { once } from 'node:events';

import { WebSocket } from 'ws';

import type { JsonObject, JsonValue } from '../../kernel/json.ts';

/** A message of graphql-transport-ws. */
export interface Message {
  readonly type: string;
  readonly id?: string;
  readonly payload?: JsonValue;
}

/** A client that speaks the protocol by hand, and keeps what it hears. */
export interface TestSocket extends AsyncDisposable {
  send(message: JsonObject | string): void;
  /** The next message that was not asked for yet. */
  next(): Promise<Message>;
  /** Stops reading from the network, until resumed. */
  pause(): void;
  resume(): void;
  /** Resolves with the close code. */
  readonly closed: Promise<number>;
  readonly isOpen: boolean;
}

/** Opens a socket to a GraphQL address over HTTP. */
export async function openSocket(
  url: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<TestSocket> {
  const socket = new WebSocket(url.replace('http', 'ws'), 'graphql-transport-ws', { headers });
  const heard: Message[] = [];
  let wake: (() => void) | undefined;
  socket.on('message', (data: Buffer) => {
    heard.push(JSON.parse(data.toString()) as Message);
    wake?.();
  });
  const closed = once(socket, 'close').then(([code]) => {
    wake?.();
    return code as number;
  });
  await once(socket, 'open');
  return {
    closed,
    get isOpen() {
      return socket.readyState === WebSocket.OPEN;
    },
    send: (message) => {
      socket.send(typeof message === 'string' ? message : JSON.stringify(message));
    },
    pause: () => {
      socket.pause();
    },
    resume: () => {
      socket.resume();
    },
    async next() {
      while (heard.length === 0) {
        if (socket.readyState === WebSocket.CLOSED)
          throw new Error('the socket closed without another message');
        await new Promise<void>((resolve) => (wake = resolve));
      }
      return heard.shift() ?? { type: 'nothing' };
    },
    async [Symbol.asyncDispose]() {
      socket.terminate();
      await closed;
    },
  };
}

/** A socket that the server has accepted. */
export async function openAccepted(url: string, payload: JsonObject): Promise<TestSocket> {
  const socket = await openSocket(url);
  socket.send({ type: 'connection_init', payload });
  const answer = await socket.next();
  if (answer.type !== 'connection_ack') throw new Error(`not accepted: ${JSON.stringify(answer)}`);
  return socket;
}
