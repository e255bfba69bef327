import type { ExecutionResult } from 'graphql';
import { type Client, createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import type { JsonValue } from '../../kernel/json.ts';
import type { FormattedError } from '../operation.ts';
import type { SubgraphSubscription } from '../transport/port.ts';
import { EventQueue } from './event-queue.ts';
import { socketKey } from './sharing-key.ts';
import { UpstreamRefused } from './upstream-refused.ts';

interface UpstreamSocketOptions {
  /** Address of the subgraph's WebSocket, `ws:` or `wss:`. */
  readonly url: string;
  /** How long a socket without subscriptions stays open, milliseconds. @default 5_000 */
  readonly idleMs?: number;
  /** Time between pings, and the time a pong may take, milliseconds. @default 10_000 */
  readonly pingMs?: number;
  /** Events the subgraph may be ahead on one subscription. @default 10_000 */
  readonly maxPendingEvents?: number;
}

/** Subscriptions at one subgraph over graphql-transport-ws: one multiplexed socket per identity and forwarded headers. */
export interface UpstreamSockets {
  subscribe(request: SubgraphSubscription): AsyncIterable<ExecutionResult>;
  close(): Promise<void>;
}

export function createUpstreamSockets(options: UpstreamSocketOptions): UpstreamSockets {
  const clients = new Map<string, Client>();
  const clientFor = (request: SubgraphSubscription): Client => {
    const key = socketKey(request.identityKey, request.headers);
    const known = clients.get(key);
    if (known !== undefined) return known;
    const client: Client = openClient(options, request.headers, () => {
      if (clients.get(key) === client) clients.delete(key);
    });
    clients.set(key, client);
    return client;
  };
  return {
    subscribe: (request) => events(clientFor(request), request, options.maxPendingEvents ?? 10_000),
    close: async () => {
      const open = [...clients.values()];
      clients.clear();
      for (const client of open) await client.dispose();
    },
  };
}

function openClient(
  { url, idleMs = 5_000, pingMs = 10_000 }: UpstreamSocketOptions,
  headers: Readonly<Record<string, string>>,
  onClosed: () => void,
): Client {
  let unanswered: NodeJS.Timeout | undefined;
  const client = createClient({
    url,
    webSocketImpl: withHeaders(headers),
    connectionParams: { ...headers },
    lazyCloseTimeout: idleMs,
    retryAttempts: 0,
    keepAlive: pingMs,
    on: {
      ping: (isReceived) => {
        if (!isReceived) unanswered = setTimeout(() => client.terminate(), pingMs);
      },
      pong: (isReceived) => {
        if (isReceived) clearTimeout(unanswered);
      },
      closed: () => {
        clearTimeout(unanswered);
        onClosed();
      },
    },
  });
  return client;
}

function withHeaders(
  headers: Readonly<Record<string, string>>,
): new (address: string | URL, protocols?: string | string[]) => WebSocket {
  return class extends WebSocket {
    constructor(address: string | URL, protocols?: string | string[]) {
      super(address, protocols, { headers: { ...headers }, handshakeTimeout: 10_000 });
    }
  };
}

function events(
  client: Client,
  request: SubgraphSubscription,
  maxPendingEvents: number,
): AsyncIterable<ExecutionResult> {
  let leave: () => void = () => undefined;
  const queue = new EventQueue<ExecutionResult>(maxPendingEvents, () => leave());
  const { query, variables, operationName } = request;
  leave = client.subscribe(
    {
      query,
      ...(variables && { variables: { ...variables } }),
      ...(operationName !== undefined && { operationName }),
    },
    {
      next: (result) => queue.push(result as ExecutionResult),
      error: (error) => queue.fail(refusal(error)),
      complete: () => queue.finish(),
    },
  );
  request.signal.addEventListener('abort', () => void queue.return(), { once: true });
  if (request.signal.aborted) void queue.return();
  return queue;
}

// The client reports an `error` message as a list of GraphQL errors, and a lost socket as a close event.
function refusal(error: unknown): Error {
  if (Array.isArray(error)) return new UpstreamRefused(error.map(formatted));
  if (error instanceof Error) return error;
  return new Error('the subgraph closed the socket', { cause: error });
}

function formatted(error: unknown): FormattedError {
  const { message, path, extensions } = error as {
    readonly message?: unknown;
    readonly path?: readonly (string | number)[];
    readonly extensions?: Readonly<Record<string, JsonValue>>;
  };
  return {
    message: typeof message === 'string' ? message : 'The subgraph refused the subscription',
    ...(path && { path }),
    ...(extensions && { extensions }),
  };
}
