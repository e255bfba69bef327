import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { type RawData, type WebSocket, WebSocketServer } from 'ws';
import type { Identity } from '../../admit/identity.ts';
import { createShares, type Shares } from '../../admit/shares.ts';
import { spread } from '../../live/spread.ts';
import { clientAddress } from '../http/client-address.ts';
import { isAllowedOrigin } from '../http/cors.ts';
import { Connection, type ConnectionServices } from './connection.ts';
import { type CloseCode, closeCodes, parseMessage, subprotocol } from './messages.ts';
import type { WebSocketOptions } from './options.ts';

/** The WebSocket endpoint: mount `upgrade` on an HTTP server. */
export interface SocketServer {
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  readonly socketCount: number;
  /** Closes all sockets, spread over the time so that not all clients come back at once. */
  drain(overMs: number): Promise<void>;
}

/** What the sockets need of the gateway. */
export type SocketServices = Omit<ConnectionServices, 'enter'>;

export function createSocketServer(
  services: SocketServices,
  options: WebSocketOptions,
): SocketServer {
  const server = new WebSocketServer({
    noServer: true,
    maxPayload: options.maxMessageBytes,
    perMessageDeflate: false,
    handleProtocols: (protocols) => (protocols.has(subprotocol) ? subprotocol : false),
  });
  const shares = createSocketShares(options);
  let isDraining = false;
  const refusal = (request: IncomingMessage, address: string): string | undefined => {
    if (isDraining) return unavailable;
    if (!isFromAllowedPage(request, options)) return '403 Forbidden';
    const obstacle = shares.ofAddresses.take(address);
    if (obstacle === undefined) return undefined;
    return obstacle === 'owner' ? '429 Too Many Requests\r\nretry-after: 1' : unavailable;
  };
  return {
    upgrade(request, socket, head) {
      const address = clientAddress(request, options.trustedHops);
      const status = refusal(request, address);
      if (status !== undefined) {
        socket.on('error', () => socket.destroy());
        socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
        return;
      }
      socket.once('close', () => shares.ofAddresses.give(address));
      server.handleUpgrade(request, socket, head, (webSocket) => {
        serve(webSocket, { request, address }, { services, options, enter: shares.enter });
      });
    },
    get socketCount() {
      return server.clients.size;
    },
    async drain(overMs) {
      isDraining = true;
      const ends = [...server.clients].map(
        (socket) => () => close(socket, closeCodes.serviceRestart),
      );
      await spread(ends, overMs);
      const allClosed = [...server.clients].map((socket) => once(socket, 'close'));
      await Promise.race([Promise.all(allClosed), delay(goodbyeMs, undefined, { ref: false })]);
      for (const socket of server.clients) socket.terminate();
    },
  };
}

const unavailable = '503 Service Unavailable\r\nretry-after: 1';

interface SocketShares {
  readonly ofAddresses: Shares;
  /** Counts a socket for the key that it has shown; undefined when the key has too many. */
  readonly enter: (identity: Identity) => (() => void) | undefined;
}

function createSocketShares(options: WebSocketOptions): SocketShares {
  const { maxSockets: total, maxSocketsPerAddress, maxSocketsPerKey } = options;
  const ofKeys = createShares({ total, perOwner: maxSocketsPerKey });
  return {
    ofAddresses: createShares({ total, perOwner: maxSocketsPerAddress }),
    enter({ isAuthenticated, key }) {
      if (!isAuthenticated) return () => undefined;
      return ofKeys.take(key) === undefined ? () => ofKeys.give(key) : undefined;
    },
  };
}

/** A page of the gateway's own is always allowed, and so is what is no page. */
function isFromAllowedPage(
  { headers: { origin, host } }: IncomingMessage,
  { allowedOrigins }: WebSocketOptions,
): boolean {
  if (origin === undefined || allowedOrigins === undefined) return true;
  return isAllowedOrigin(allowedOrigins, origin) || URL.parse(origin)?.host === host?.toLowerCase();
}

// Time for the last clients to answer the close.
const goodbyeMs = 1_000;
const maxReasonBytes = 123;

function close(socket: WebSocket, { code, reason }: CloseCode): void {
  const isTooLong = Buffer.byteLength(reason) > maxReasonBytes;
  socket.close(code, isTooLong ? 'Too long a reason to tell' : reason);
}

interface ServeOptions extends Pick<SocketShares, 'enter'> {
  readonly services: SocketServices;
  readonly options: WebSocketOptions;
}

function serve(
  socket: WebSocket,
  { request, address }: { readonly request: IncomingMessage; readonly address: string },
  { services, options, enter }: ServeOptions,
): void {
  socket.on('error', (error) => services.log.debug({ err: error }, 'socket error'));
  if (socket.protocol !== subprotocol) {
    close(socket, closeCodes.subprotocolNotAcceptable);
    return;
  }
  const connection = new Connection(
    {
      send: (data) => socket.send(data, { binary: false }),
      close: (code) => close(socket, code),
      get bufferedBytes() {
        return socket.bufferedAmount;
      },
    },
    { ...services, enter },
    { headers: headersOf(request), address },
  );
  const initTimer = setTimeout(() => {
    if (!connection.isInitialised) close(socket, closeCodes.initTimeout);
  }, options.initTimeoutMs);
  const stopPings = pingRegularly(socket, options.pingMs);
  socket.on('message', (data) => {
    connection.receive(parseMessage(textOf(data)));
    if (socket.bufferedAmount > maxUnreadBytes) pauseUntilRead(socket, request.socket);
  });
  socket.on('close', () => {
    clearTimeout(initTimer);
    stopPings();
    connection.dispose();
  });
}

// Each message may have an answer: who does not read them is not read either, and soon misses a ping.
const maxUnreadBytes = 1_048_576;

function pauseUntilRead(socket: WebSocket, stream: Duplex): void {
  if (socket.isPaused) return;
  socket.pause();
  stream.once('drain', () => socket.resume());
}

// A peer that answers no ping within one interval is gone.
function pingRegularly(socket: WebSocket, pingMs: number): () => void {
  let isAlive = true;
  socket.on('pong', () => {
    isAlive = true;
  });
  const timer = setInterval(() => {
    if (!isAlive) {
      socket.terminate();
      return;
    }
    isAlive = false;
    socket.ping();
  }, pingMs);
  timer.unref();
  return () => clearInterval(timer);
}

function textOf(data: RawData): string {
  if (Array.isArray(data)) return Buffer.concat(data).toString('utf8');
  return Buffer.isBuffer(data) ? data.toString('utf8') : Buffer.from(data).toString('utf8');
}

function headersOf({ headers }: IncomingMessage): Readonly<Record<string, string>> {
  const entries = Object.entries(headers).flatMap(([name, value]) => {
    if (value === undefined) return [];
    return [[name, Array.isArray(value) ? value.join(', ') : value] as const];
  });
  return Object.fromEntries(entries);
}
