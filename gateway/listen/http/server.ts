import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Server as TlsServer } from 'node:https';

import type { Logger } from 'pino';

import { newId } from '../../../kernel/ids.ts';
import { boundToLogs, runInLogContext } from '../../../kernel/log-context.ts';
import { readTraceparent } from '../../../kernel/traceparent.ts';
import type { GatewayConfig } from '../../config/config.ts';
import { type AccessNotes, logAccess } from './access-log.ts';
import { corsHeaders, preflightHeaders } from './cors.ts';
import { endUnread, hasUnread } from './end-unread.ts';
import type { Exchange } from './exchange.ts';
import { guardConnections } from './guard-connections.ts';
import { createSecureServer } from './secure-server.ts';

/** What the server serves besides GraphQL. */
export interface Page {
  readonly status: number;
  readonly type: string;
  readonly body: string | Buffer;
  /** Besides those every answer gets; a type given here stands as it is. */
  readonly headers?: Readonly<Record<string, string | string[]>>;
}

/** Pages by path; undefined: not found. */
export type ServePage = (
  url: URL,
  request: IncomingMessage,
  requestId: string,
) => Promise<Page | undefined>;

export interface ServerOptions {
  readonly config: Pick<GatewayConfig, 'server' | 'cors'>;
  readonly graphql: (exchange: Exchange) => Promise<void>;
  readonly page: ServePage;
  readonly log: Logger;
  readonly signal: AbortSignal;
}

export type GatewayServer = Server | TlsServer;

/** Makes the server, not yet listening; header, time and size limits are set so that a slow client costs little. */
export function createGatewayServer(options: ServerOptions): GatewayServer {
  const { server: limits } = options.config;
  const settings = {
    maxHeaderSize: limits.maxHeaderBytes,
    headersTimeout: limits.headersTimeoutMs,
    requestTimeout: limits.requestTimeoutMs,
    keepAliveTimeout: limits.keepAliveTimeoutMs,
    connectionsCheckingInterval: Math.min(1_000, limits.headersTimeoutMs),
  };
  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    // A connection that was sent away has had its answer.
    if (request.socket.writableEnded) return;
    const arrival = arrivalOf(options, request);
    const context = { requestId: arrival.requestId, trace_id: traceOf(request) };
    void runInLogContext(context, () => handle(options, arrival, { request, response }));
  };
  const server =
    limits.tls === undefined
      ? createServer(settings, listener)
      : createSecureServer({ ...settings, listener, tls: limits.tls }, options);
  guardConnections(server, limits);
  return server;
}

/** When a request came, and what it is called, by its client and here. */
interface Arrival {
  readonly started: number;
  readonly given: string | undefined;
  readonly requestId: string;
}

function arrivalOf({ config }: ServerOptions, request: IncomingMessage): Arrival {
  const given = givenIdOf(request);
  const isNamed = config.server.isNamingRequests || given === undefined;
  return { started: performance.now(), given, requestId: isNamed ? newId() : given };
}

function traceOf({ headers }: IncomingMessage): string | undefined {
  const { traceparent } = headers;
  return typeof traceparent === 'string' ? readTraceparent(traceparent)?.traceId : undefined;
}

async function handle(
  options: ServerOptions,
  { started, given, requestId }: Arrival,
  { request, response }: Pick<Exchange, 'request' | 'response'>,
): Promise<void> {
  const { isAccessLogged, path, tls } = options.config.server;
  const { origin } = request.headers;
  const headers = {
    ...corsHeaders(options.config.cors, origin),
    ...(tls === undefined ? plainHeaders : secureHeaders),
    'x-request-id': requestId,
  };
  const controller = new AbortController();
  const notes: AccessNotes = given === undefined ? {} : { clientRequestId: given };
  const onClose = (): void => {
    if (!response.writableFinished) controller.abort(new Error('The client has gone'));
    if (!isAccessLogged) return;
    logAccess(options.log, { request, response, requestId, notes, started }, path);
  };
  response.on('close', boundToLogs(onClose));
  try {
    await route(options, {
      request,
      response,
      requestId,
      headers,
      notes,
      signal: controller.signal,
    });
  } catch (error) {
    options.log.error({ err: error, requestId }, 'a request failed');
    if (!response.headersSent) response.writeHead(500, headers);
    response.end();
  }
}

async function route(options: ServerOptions, exchange: Omit<Exchange, 'url'>): Promise<void> {
  const { request, response, headers } = exchange;
  const url = urlOf(request);
  if (url === undefined) {
    sendPage(exchange, { status: 400, type: 'text/plain', body: 'Bad request target' });
    return;
  }
  if (request.method === 'OPTIONS') {
    response.writeHead(204, {
      ...headers,
      ...preflightHeaders(options.config.cors, request.headers.origin),
    });
    response.end();
    return;
  }
  const page = await findPage(options, { ...exchange, url });
  if (page === undefined) await options.graphql({ ...exchange, url });
  else sendPage(exchange, page);
}

async function findPage(
  { config, page }: ServerOptions,
  { url, request, requestId }: Exchange,
): Promise<Page | undefined> {
  if (url.pathname !== config.server.path) {
    return (
      (await page(url, request, requestId)) ?? {
        status: 404,
        type: 'text/plain',
        body: 'Not found',
      }
    );
  }
  return wantsPage(request, url) ? page(url, request, requestId) : undefined;
}

/** A browser that opens the endpoint wants to see something, not to ask something. */
function wantsPage(request: IncomingMessage, url: URL): boolean {
  const isBrowser = request.headers.accept?.includes('text/html') === true;
  return request.method === 'GET' && isBrowser && !url.searchParams.has('query');
}

function sendPage({ request, response, headers }: Omit<Exchange, 'url'>, page: Page): void {
  const isUnread = hasUnread(request);
  response.writeHead(page.status, {
    ...headers,
    'content-type': `${page.type}; charset=utf-8`,
    'content-length': Buffer.byteLength(page.body),
    ...(isUnread && { connection: 'close' }),
    ...page.headers,
  });
  if (isUnread) endUnread(request, response, page.body);
  else response.end(page.body);
}

function urlOf(request: IncomingMessage): URL | undefined {
  return URL.parse(request.url ?? '/', 'http://gateway') ?? undefined;
}

const plausibleId = /^[\w.:-]{1,128}$/;

function givenIdOf(request: IncomingMessage): string | undefined {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && plausibleId.test(given) ? given : undefined;
}

/** An answer is nobody's page and stays in no cache, unless a later header says otherwise. */
const plainHeaders = { 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' } as const;
const secureHeaders = {
  ...plainHeaders,
  'strict-transport-security': 'max-age=31536000',
} as const;
