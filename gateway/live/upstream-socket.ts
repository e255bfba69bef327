import type { ExecutionResult } from 'graphql';
import { type Client, createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { parseJson, reviveNumber } from '../../kernel/json.ts';
import type { SubgraphSubscription } from '../execute/transport/port.ts';
import { EventQueue } from './event-queue.ts';
import { Flow } from './flow.ts';
import { socketKey } from './sharing-key.ts';
import { readRefusal, type RefusingSubgraph } from './upstream-refused.ts';

interface UpstreamSocketOptions {
  readonly subgraph: RefusingSubgraph;
  /** Address of the subgraph's WebSocket, `ws:` or `wss:`. */
  readonly url: string;
  /** How long a socket without subscriptions stays open, milliseconds. @default 5_000 */
  readonly idleMs?: number;
  /** Time between pings, and the time a pong may take, milliseconds. @default 10_000 */
  readonly pingMs?: number;
  /** Events the subgraph may be ahead on one subscription. @default 10_000 */
  readonly maxPendingEvents?: number;
  /** Largest message of the subgraph, bytes. @default 67_108_864 */
  readonly maxMessageBytes?: number;
  /** Time for the handshake, and again for the acknowledgement, milliseconds. @default 10_000 */
  readonly openTimeoutMs?: number;
}

/** Subscriptions at one subgraph over graphql-transport-ws: one multiplexed socket per identity and forwarded headers. */
export interface UpstreamSockets {
  subscribe(request: SubgraphSubscription): AsyncIterable<ExecutionResult>;
  close(): Promise<void>;
}

export function createUpstreamSockets(options: UpstreamSocketOptions): UpstreamSockets {
  const opened = new Map<string, Upstream>();
  const upstreamFor = (request: SubgraphSubscription): Upstream => {
    const key = socketKey(request.identityKey, request.headers);
    const known = opened.get(key);
    if (known !== undefined) return known;
    const upstream: Upstream = openUpstream(options, request.headers, () => {
      if (opened.get(key) === upstream) opened.delete(key);
    });
    opened.set(key, upstream);
    return upstream;
  };
  return {
    subscribe: (request) => events(upstreamFor(request), request, options),
    close: async () => {
      const open = [...opened.values()];
      opened.clear();
      for (const { client } of open) await client.dispose();
    },
  };
}

/** A client and what is read of its socket. */
interface Upstream {
  readonly client: Client;
  readonly flow: Flow;
}

function openUpstream(
  options: UpstreamSocketOptions,
  headers: Readonly<Record<string, string>>,
  onClosed: () => void,
): Upstream {
  const { url, idleMs = 5_000, pingMs = 10_000, openTimeoutMs = 10_000 } = options;
  const flow = new Flow();
  let unanswered: NodeJS.Timeout | undefined;
  const client = createClient({
    url,
    webSocketImpl: socketClass(headers, flow, options),
    connectionParams: { ...headers },
    connectionAckWaitTimeout: openTimeoutMs,
    lazyCloseTimeout: idleMs,
    retryAttempts: 0,
    keepAlive: pingMs,
    jsonMessageReviver: reviveNumber,
    on: {
      ping: (isReceived) => {
        // The answer cannot be seen on a socket that is not read.
        const check = (): void => {
          if (!flow.isHeld) client.terminate();
        };
        if (!isReceived) unanswered = setTimeout(check, pingMs);
      },
      pong: (isReceived) => {
        if (isReceived) clearTimeout(unanswered);
      },
      closed: () => {
        clearTimeout(unanswered);
        flow.socket = undefined;
        onClosed();
      },
    },
  });
  return { client, flow };
}

function socketClass(
  headers: Readonly<Record<string, string>>,
  flow: Flow,
  { openTimeoutMs = 10_000, maxMessageBytes = 67_108_864 }: UpstreamSocketOptions,
): new (address: string | URL, protocols?: string | string[]) => WebSocket {
  return class extends WebSocket {
    constructor(address: string | URL, protocols?: string | string[]) {
      super(address, protocols, {
        headers: { ...headers },
        handshakeTimeout: openTimeoutMs,
        maxPayload: maxMessageBytes,
      });
      flow.socket = this;
    }
  };
}

function events(
  { client, flow }: Upstream,
  request: SubgraphSubscription,
  { maxPendingEvents = 10_000, subgraph }: UpstreamSocketOptions,
): AsyncIterable<ExecutionResult> {
  let leave: () => void = () => undefined;
  const queue: EventQueue<ExecutionResult> = new EventQueue(maxPendingEvents, () => leave(), {
    hold: () => flow.hold(request),
    release: () => flow.release(request),
  });
  const { query, variables, operationName, extensions } = request;
  leave = client.subscribe(
    {
      query,
      ...(variables && { variables: { ...variables } }),
      ...(operationName !== undefined && { operationName }),
      ...(extensions && { extensions: { ...extensions } }),
    },
    {
      next: (result) => queue.push(result as ExecutionResult),
      error: (error) => queue.fail(failure(error, subgraph)),
      complete: () => queue.finish(),
    },
  );
  request.signal.addEventListener('abort', () => void queue.return(), { once: true });
  if (request.signal.aborted) void queue.return();
  return queue;
}

// The client reports an `error` message as a list of GraphQL errors, and a lost socket as a close event.
function failure(error: unknown, subgraph: RefusingSubgraph): Error {
  // What came over the socket was JSON.
  if (Array.isArray(error)) return readRefusal(parseJson(JSON.stringify(error)), subgraph);
  if (error instanceof Error) return error;
  return new Error('the subgraph closed the socket', { cause: error });
}
