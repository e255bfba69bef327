import type { ExecutionResult } from 'graphql';
import { WebSocket } from 'ws';
import { z } from 'zod';

import { AppError } from '../../kernel/errors.ts';
import { type JsonValue, parseJson } from '../../kernel/json.ts';
import type { ClientTls } from '../execute/transport/client-tls.ts';
import type { SubgraphSubscription } from '../execute/transport/port.ts';
import { EventQueue } from './event-queue.ts';
import { readRefusal, type RefusingSubgraph } from './upstream-refused.ts';

interface LegacySocketOptions {
  readonly subgraph: RefusingSubgraph;
  /** Address of the subgraph's WebSocket, `ws:` or `wss:`. */
  readonly url: string;
  readonly maxMessageBytes: number;
  readonly maxPendingEvents: number;
  readonly tls?: ClientTls | undefined;
  /** Time for the handshake, and again for the acknowledgement, milliseconds. @default 10_000 */
  readonly openTimeoutMs?: number;
  /** Time between pings, and the time a pong may take, milliseconds. @default 10_000 */
  readonly pingMs?: number;
}

const message = z.looseObject({ type: z.string(), id: z.string().nullish() });

/** The one subscription of a socket. */
const ID = '1';

/**
 * A subscription at a subgraph by the subprotocol `graphql-ws` of subscriptions-transport-ws, which is no longer
 * maintained: one socket for each, as its servers close a socket for what one operation on it does.
 */
export function subscribeToLegacySocket(
  request: SubgraphSubscription,
  options: LegacySocketOptions,
): AsyncIterable<ExecutionResult> {
  const { url, tls, maxMessageBytes, maxPendingEvents, openTimeoutMs = 10_000 } = options;
  const socket = new WebSocket(url, 'graphql-ws', {
    headers: { ...request.headers },
    ...tls?.current(),
    handshakeTimeout: openTimeoutMs,
    maxPayload: maxMessageBytes,
  });
  const end = (): void => {
    if (socket.readyState === WebSocket.OPEN) {
      send(socket, { type: 'stop', id: ID });
      send(socket, { type: 'connection_terminate' });
    }
    socket.close();
  };
  const queue = new EventQueue<ExecutionResult>(maxPendingEvents, end, {
    hold: () => socket.pause(),
    release: () => socket.resume(),
  });
  const ackTimer = setTimeout(() => {
    queue.fail(new AppError('SUBGRAPH_TIMEOUT', 'the subgraph did not acknowledge the connection'));
    socket.terminate();
  }, 2 * openTimeoutMs);
  const stopPings = pinging(socket, options);
  socket.on('open', () =>
    send(socket, { type: 'connection_init', payload: { ...request.headers } }),
  );
  socket.on('message', (data: Buffer) => {
    const received = read(data.toString());
    if (received?.type === 'connection_ack') {
      clearTimeout(ackTimer);
      const { query, variables, operationName, extensions } = request;
      const payload = { query, variables, operationName, extensions };
      send(socket, { type: 'start', id: ID, payload });
    } else if (received === undefined)
      queue.fail(new Error('the subgraph sent no message of graphql-ws'));
    else take(received, queue, options.subgraph);
  });
  socket.on('error', (error) => queue.fail(error));
  socket.on('close', () => {
    clearTimeout(ackTimer);
    stopPings();
    queue.fail(new Error('the subgraph closed the socket'));
  });
  request.signal.addEventListener('abort', () => void queue.return(), { once: true });
  if (request.signal.aborted) void queue.return();
  return queue;
}

interface Received {
  readonly type: string;
  readonly payload: JsonValue | undefined;
}

function take(
  { type, payload }: Received,
  queue: EventQueue<ExecutionResult>,
  subgraph: RefusingSubgraph,
): void {
  switch (type) {
    case 'data':
      // What came over the socket is JSON, and results are read leniently.
      queue.push(payload as ExecutionResult);
      break;
    case 'error':
    case 'connection_error':
      queue.fail(readRefusal(payload, subgraph));
      break;
    case 'complete':
      queue.finish();
      break;
    default: // ka: it is alive
  }
}

function read(text: string): Received | undefined {
  try {
    const { type, payload } = message.parse(parseJson(text));
    // Loose, and parsed from JSON.
    return { type, payload: payload as JsonValue | undefined };
  } catch {
    return undefined;
  }
}

function send(socket: WebSocket, value: object): void {
  socket.send(JSON.stringify(value));
}

/** A socket that fell silent without closing looks like one on which nothing happens. */
function pinging(socket: WebSocket, { pingMs = 10_000 }: LegacySocketOptions): () => void {
  let isAnswered = true;
  socket.on('pong', () => (isAnswered = true));
  const timer = setInterval(() => {
    if (socket.readyState !== WebSocket.OPEN || socket.isPaused) return;
    if (!isAnswered) socket.terminate();
    else {
      isAnswered = false;
      socket.ping();
    }
  }, pingMs);
  timer.unref();
  return () => clearInterval(timer);
}
