import { WebSocket } from 'ws';
import { subprotocol } from '../listen/websocket/messages.ts';

interface Close {
  readonly code: number;
  readonly reason: string;
}

/** A raw client: what was received is read in order, so tests await messages instead of time. */
export interface TextSocket {
  send(message: object | string): void;
  next(): Promise<Record<string, unknown>>;
  readonly closed: Promise<Close>;
  readonly socket: WebSocket;
  close(): void;
}

export async function openTextSocket(
  url: string,
  options: { readonly protocol?: string; readonly headers?: Record<string, string> } = {},
): Promise<TextSocket> {
  const socket = new WebSocket(url, options.protocol ?? subprotocol, {
    ...(options.headers && { headers: options.headers }),
  });
  const received: Record<string, unknown>[] = [];
  const waiting: ((message: Record<string, unknown>) => void)[] = [];
  socket.on('message', (data: Buffer) => {
    const message = JSON.parse(data.toString()) as Record<string, unknown>;
    const resolve = waiting.shift();
    if (resolve) resolve(message);
    else received.push(message);
  });
  const closed = new Promise<Close>((resolve) => {
    socket.on('close', (code, reason) => resolve({ code, reason: reason.toString() }));
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  return {
    socket,
    closed,
    send: (message) => socket.send(typeof message === 'string' ? message : JSON.stringify(message)),
    next() {
      const message = received.shift();
      if (message) return Promise.resolve(message);
      return new Promise((resolve) => waiting.push(resolve));
    },
    close: () => socket.close(),
  };
}

/** A client that has been acknowledged. */
export async function openReadySocket(url: string, payload?: object): Promise<TextSocket> {
  const client = await openTextSocket(url);
  client.send({ type: 'connection_init', ...(payload && { payload }) });
  await client.next();
  return client;
}
