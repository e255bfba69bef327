import { createRequire } from 'node:module';
import type fastify from 'fastify';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import type { Actor } from '../../core/access/actor.ts';
import { AppError } from '../../kernel/errors.ts';
import type { Logger } from '../../kernel/logger.ts';
import { Server as TlsServer } from 'node:https';
import { readinessAnswer, type Readiness } from '../../kernel/readiness.ts';
import type { Metrics } from '../../kernel/telemetry.ts';
import { refusal } from './pipeline.ts';
import type { Pipeline } from './pipeline.ts';
import { requestIdHeader, requestIdOf, requirePeer, type Identify } from './identify.ts';
import { defaultMaxBodyBytes } from './settings.ts';
import type { SubgraphSettings } from './settings.ts';
import type { SubgraphResponse } from './subgraph.ts';

const receiveTimeoutMs = 30_000;
const maxHeaderBytes = 32 * 1024;
/** Of gateways, probes and metrics readers together. */
const maxConnections = 10_000;

export interface HttpParts {
  readonly pipeline: Pipeline;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly settings: SubgraphSettings;
  readonly identify: Identify;
  /** Aborted when no new requests are wanted: connections end with what they carry. */
  readonly closing: AbortSignal;
  /** Aborted when open requests have had their time. */
  readonly stopping: AbortSignal;
  readonly readiness: () => Promise<Readiness>;
}

/** The HTTP face of a subgraph: `/graphql`, `/health/live`, `/health/ready` and `/metrics`. */
export function createHttp(parts: HttpParts): FastifyInstance {
  // Loaded here, as subgraphs that are in one process with their gateway have no use for it.
  const load = createRequire(import.meta.url);
  const create = load('fastify') as typeof fastify;
  const app = create({
    logger: false,
    bodyLimit: parts.settings.maxBodyBytes ?? defaultMaxBodyBytes,
    requestTimeout: receiveTimeoutMs,
    forceCloseConnections: 'idle',
    exposeHeadRoutes: false,
    ...serverOptions(parts.settings.tls),
  });
  parts.settings.tls?.onChange((material) => {
    if (app.server instanceof TlsServer)
      app.server.setSecureContext({ ...material, ...tlsVersion });
  });
  app.server.maxConnections = maxConnections;
  const actors = new WeakMap<FastifyRequest, Actor>();
  // A body of which the gateway does not say whose it is is not read; the connection ends with it.
  app.addHook('onRequest', async (request, reply) => {
    if (isOpen(request.url)) return;
    try {
      requirePeer(parts.settings, request.raw.socket);
      if (pathOf(request.url) !== '/graphql') return;
      actors.set(request, parts.identify(request.headers));
    } catch (error) {
      await fail(parts, { request, reply: reply.header('connection', 'close') }, error);
    }
  });
  app.addHook('onSend', (_request, reply) => {
    if (parts.closing.aborted) reply.header('connection', 'close');
    return Promise.resolve();
  });
  parts.stopping.addEventListener('abort', () => {
    app.server.closeAllConnections();
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  app.all('/graphql', async (request, reply) =>
    send(reply, await answer(parts, { request, reply, actor: actors.get(request) })),
  );
  for (const path of ['/health/live', '/health/startup'])
    app.get(path, async (_request, reply) => reply.send({ status: 'live' }));
  app.get('/health/ready', async (_request, reply) => {
    const { code, body } = readinessAnswer(await parts.readiness());
    return reply.code(code).send(body);
  });
  app.get('/metrics', async ({ headers }, reply) => {
    const { type, body } = await parts.metrics.answer(headers.accept);
    return reply.type(type).send(body);
  });
  app.setNotFoundHandler((request, reply) =>
    fail(parts, { request, reply }, new AppError('NOT_FOUND', 'there is nothing at this address')),
  );
  app.setErrorHandler<FastifyError>((error, request, reply) =>
    fail(parts, { request, reply }, asAppError(error)),
  );
  return app;
}

/** Probes have no certificate; everybody else shows one where there is TLS. */
function isOpen(url: string): boolean {
  return pathOf(url)?.startsWith('/health/') === true;
}

const tlsVersion = { minVersion: 'TLSv1.3' } as const;

// The library knows either kind of server by its own type; what is used of them is the same.
function serverOptions(tls: SubgraphSettings['tls']): { http: { maxHeaderSize: number } } {
  const head = { maxHeaderSize: maxHeaderBytes };
  if (tls === undefined) return { http: head };
  const https = {
    ...head,
    ...tls.current(),
    ...tlsVersion,
    requestCert: true,
    rejectUnauthorized: false,
  };
  return { https } as unknown as { http: { maxHeaderSize: number } };
}

interface Call {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly actor: Actor | undefined;
}

function answer(
  { pipeline, stopping }: HttpParts,
  { request, reply, actor }: Call,
): Promise<SubgraphResponse> {
  const gone = new AbortController();
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) gone.abort();
  });
  return pipeline.handle({
    method: request.method,
    search: searchOf(request.url),
    headers: singleHeaders(request.headers),
    body: Buffer.isBuffer(request.body) ? request.body : '',
    signal: AbortSignal.any([gone.signal, stopping]),
    actor,
  });
}

function pathOf(url: string): string | undefined {
  return url.split('?', 1)[0];
}

function searchOf(url: string): string {
  const start = url.indexOf('?');
  return start < 0 ? '' : url.slice(start);
}

function singleHeaders(headers: FastifyRequest['headers']): Record<string, string> {
  const entries = Object.entries(headers).flatMap(([name, value]) =>
    typeof value === 'string' ? [[name, value]] : [],
  );
  return Object.fromEntries(entries) as Record<string, string>;
}

function fail(
  { log }: HttpParts,
  { request, reply }: { request: FastifyRequest; reply: FastifyReply },
  error: unknown,
): FastifyReply {
  const requestId = requestIdOf(request.headers[requestIdHeader]);
  return send(reply, refusal(error, { requestId, log }));
}

function send(reply: FastifyReply, { status, headers, body }: SubgraphResponse): FastifyReply {
  return reply.code(status).headers(headers).send(body);
}

function asAppError(error: FastifyError): unknown {
  if (error.statusCode === 413)
    return new AppError('PAYLOAD_TOO_LARGE', 'the body is larger than allowed', { cause: error });
  if ((error.statusCode ?? 500) < 500)
    return new AppError('BAD_USER_INPUT', 'the request is not HTTP that we take', { cause: error });
  return error;
}
