import type { ExecutionResult } from 'graphql';
import { type Client, createClient } from 'graphql-ws';
import { LRUCache } from 'lru-cache';
import { WebSocket } from 'ws';
import { parseJson, reviveNumber } from '../../kernel/json.ts';
import type { ClientTls } from '../execute/transport/client-tls.ts';
import type { SubgraphSubscription } from '../execute/transport/port.ts';
import { EventQueue } from './event-queue.ts';
import { Flow } from './flow.ts';
import { socketKey } from './sharing-key.ts';
import { ClosedByOperation, readRefusal, type RefusingSubgraph } from './upstream-refused.ts';

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
  readonly tls?: ClientTls | undefined;
}

/**
 * Subscriptions at one subgraph over graphql-transport-ws: one multiplexed socket per identity and forwarded headers for
 * all whose like has brought events. The others have a socket each, as far as those go: a subgraph may close the socket
 * because of one of them, and nobody else is to hear of it.
 */
export interface UpstreamSockets {
  subscribe(request: SubgraphSubscription): AsyncIterable<ExecutionResult>;
  close(): Promise<void>;
}

export function createUpstreamSockets(options: UpstreamSocketOptions): UpstreamSockets {
  const opened = new Map<string, Upstream>();
  const proven = new LRUCache<string, true>({ max: MAX_PROVEN });
  let trials = 0;
  const trialKey = (key: string): string => {
    const own = Array.from({ length: MAX_TRIALS }, (_, index) => `${key} ${index}`);
    return own.find((each) => !opened.has(each)) ?? `${key} ${trials++ % MAX_TRIALS}`;
  };
  const upstreamFor = (request: SubgraphSubscription): Upstream => {
    const shared = socketKey(request.identityKey, request.headers);
    const key = proven.has(request.query) ? shared : trialKey(shared);
    const known = opened.get(key);
    if (known !== undefined) return known;
    const upstream: Upstream = openUpstream(options, request.headers, () => {
      if (opened.get(key) === upstream) opened.delete(key);
    });
    opened.set(key, upstream);
    return upstream;
  };
  return {
    subscribe: (request) => events(upstreamFor(request), request, { ...options, proven }),
    close: async () => {
      const open = [...opened.values()];
      opened.clear();
      for (const { client } of open) await client.dispose();
    },
  };
}

/** How many texts of subscriptions are known to be well. */
const MAX_PROVEN = 1_000;
/** Sockets per identity for those that are not known yet. */
const MAX_TRIALS = 32;

/** A client and what is read of its socket. */
interface Upstream {
  readonly client: Client;
  readonly flow: Flow;
  /** Subscriptions it carries. */
  members: number;
  /** How many it carried when it was closed. */
  membersAtEnd: number;
}

function openUpstream(
  options: UpstreamSocketOptions,
  headers: Readonly<Record<string, string>>,
  onClosed: () => void,
): Upstream {
  const { url, idleMs = 5_000, pingMs = 10_000, openTimeoutMs = 10_000 } = options;
  const flow = new Flow();
  const upstream: Omit<Upstream, 'client'> = { flow, members: 0, membersAtEnd: 0 };
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
        upstream.membersAtEnd = upstream.members;
        onClosed();
      },
    },
  });
  return Object.assign(upstream, { client });
}

function socketClass(
  headers: Readonly<Record<string, string>>,
  flow: Flow,
  { openTimeoutMs = 10_000, maxMessageBytes = 67_108_864, tls }: UpstreamSocketOptions,
): new (address: string | URL, protocols?: string | string[]) => WebSocket {
  return class extends WebSocket {
    constructor(address: string | URL, protocols?: string | string[]) {
      super(address, protocols, {
        headers: { ...headers },
        ...tls?.current(),
        handshakeTimeout: openTimeoutMs,
        maxPayload: maxMessageBytes,
      });
      flow.socket = this;
    }
  };
}

function events(
  upstream: Upstream,
  request: SubgraphSubscription,
  options: UpstreamSocketOptions & { readonly proven: LRUCache<string, true> },
): AsyncIterable<ExecutionResult> {
  const { client, flow } = upstream;
  const { maxPendingEvents = 10_000, subgraph, proven } = options;
  upstream.members += 1;
  const end = (): void => void (upstream.members -= 1);
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
      next: (result) => {
        proven.set(request.query, true);
        queue.push(result as ExecutionResult);
      },
      error: (error) => {
        const isAlone = upstream.membersAtEnd === 1;
        end();
        if (isClosedByOperation(error)) proven.delete(request.query);
        queue.fail(failure(error, subgraph, isAlone));
      },
      complete: () => {
        end();
        queue.finish();
      },
    },
  );
  request.signal.addEventListener('abort', () => void queue.return(), { once: true });
  if (request.signal.aborted) void queue.return();
  return queue;
}

// The client reports an `error` message as a list of GraphQL errors, and a lost socket as a close event.
function failure(error: unknown, subgraph: RefusingSubgraph, isAlone: boolean): Error {
  // What came over the socket was JSON.
  if (Array.isArray(error)) return readRefusal(parseJson(JSON.stringify(error)), subgraph);
  if (error instanceof Error) return error;
  if (isAlone && isClosedByOperation(error)) {
    return new ClosedByOperation(`Subgraph "${subgraph.name}" closed the socket on it`);
  }
  return new Error('the subgraph closed the socket', { cause: error });
}

/** Codes by which servers of graphql-transport-ws close a socket because of one operation on it. */
const operationCodes: readonly unknown[] = [4400, 4409, 4500];

function isClosedByOperation(error: unknown): boolean {
  const code = typeof error === 'object' && error !== null && 'code' in error && error.code;
  return operationCodes.includes(code);
}
