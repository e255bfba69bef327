import type { IncomingMessage, ServerResponse } from 'node:http';

import type { Logger } from 'pino';

import { AppError } from '../../kernel/errors.ts';
import { anonymous, type Authenticate, type Identity } from '../identity.ts';
import type { ServeEvents } from '../live.ts';
import type { OperationAnswer, OperationRequest } from '../operation.ts';
import type { Admit, Admitted, GraphQLParams } from '../pipeline.ts';
import type { PluginChain } from '../plugins.ts';
import type { CountRequest } from '../protection/rate-limits.ts';
import { describeFailure } from './failure.ts';
import { rateHeaders, withCost } from './cost-report.ts';
import { sendMethodNotAllowed, sendNotAcceptable } from './refuse.ts';
import { sendMultipart } from './multipart.ts';
import { negotiate, type Negotiated } from './negotiate.ts';
import { readBody, UnsupportedMedia } from './read-body.ts';
import { parseJson, readParams, readQueryString } from './read-params.ts';
import { type SharedAnswer, type SharedAnswers, sharingKey } from './shared-answers.ts';

/** What the endpoint needs. */
export interface EndpointOptions {
  readonly admit: Admit;
  readonly authenticate: Authenticate | undefined;
  readonly countRequest: CountRequest | undefined;
  readonly plugins: PluginChain;
  readonly maxBodyBytes: number;
  readonly maxBatch: number;
  readonly serveEvents: ServeEvents;
  readonly shared: SharedAnswers | undefined;
  /** Rules or plugins look at client headers, so requests with other headers are other requests. */
  readonly isHeaderSensitive: boolean;
  readonly onOperation: (kind: string, name: string | undefined, seconds: number) => void;
  readonly log: Logger;
}

/** One request on its way. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly url: URL;
  readonly requestId: string;
  /** Headers every answer gets: CORS and request id. */
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

type HeaderMap = Readonly<Record<string, string>>;

/** Answers GraphQL over HTTP. */
export function createGraphQLEndpoint(
  options: EndpointOptions,
): (exchange: Exchange) => Promise<void> {
  const endpoint = new Endpoint(options);
  return (exchange) => endpoint.answer(exchange);
}

interface Context extends Exchange {
  readonly clientHeaders: HeaderMap;
  readonly identity: Identity;
  readonly address: string;
  readonly negotiated: Negotiated;
}

class Endpoint {
  readonly #options: EndpointOptions;

  constructor(options: EndpointOptions) {
    this.#options = options;
  }

  async answer(exchange: Exchange): Promise<void> {
    const negotiated = negotiate(exchange.request.headers.accept);
    try {
      if (negotiated === undefined) {
        sendNotAcceptable(exchange);
        return;
      }
      const clientHeaders = await this.#headersOf(exchange);
      const body = await this.#readText(exchange);
      const identity = await this.#identify(clientHeaders, exchange.signal);
      const address = exchange.request.socket.remoteAddress ?? '';
      await this.#respond({ ...exchange, negotiated, clientHeaders, identity, address }, body);
    } catch (error) {
      this.#sendFailure(exchange, negotiated, error);
    }
  }

  async #headersOf({ request, requestId }: Exchange): Promise<HeaderMap> {
    const headers: Record<string, string> = {};
    for (const name in request.headers) {
      const value = request.headers[name];
      if (name.startsWith('x-operandi-') || value === undefined) continue;
      headers[name] = typeof value === 'string' ? value : value.join(', ');
    }
    const { onRequest } = this.#options.plugins;
    if (onRequest === undefined) return headers;
    const { method = '', url = '' } = request;
    return (await onRequest({ method, url, headers, requestId })).headers;
  }

  async #identify(headers: HeaderMap, signal: AbortSignal): Promise<Identity> {
    const { authenticate } = this.#options;
    if (authenticate === undefined) return anonymous;
    const authorization = headers['authorization'];
    const apiKey = headers['x-api-key'];
    return authenticate(
      {
        ...(authorization !== undefined && { authorization }),
        ...(apiKey !== undefined && { apiKey }),
      },
      signal,
    );
  }

  async #readText({ request, url }: Exchange): Promise<string> {
    if (request.method === 'GET') return url.search;
    const type = request.headers['content-type'] ?? '';
    const [media, ...parameters] = type
      .toLowerCase()
      .split(';')
      .map((part) => part.trim());
    const charset = parameters.find((parameter) => parameter.startsWith('charset='))?.slice(8);
    if (media !== 'application/json' || (charset !== undefined && !/^"?utf-?8"?$/.test(charset))) {
      throw new UnsupportedMedia('Send content-type application/json in UTF-8');
    }
    return readBody(request, this.#options.maxBodyBytes);
  }

  async #respond(context: Context, body: string): Promise<void> {
    const { shared } = this.#options;
    if (shared === undefined || context.negotiated.isEventStream)
      return this.#execute(context, body);
    const key = sharingKey({
      identity: context.identity,
      body,
      type: `${context.request.method ?? ''} ${context.negotiated.type}`,
      headers: this.#options.isHeaderSensitive ? sensitive(context.clientHeaders) : undefined,
    });
    const running = shared.find(key);
    if (running === undefined) return this.#execute(context, body, key);
    const answer = await shared.join(running, context.signal);
    const rate = await this.#options.countRequest?.(
      context.identity,
      context.address,
      answer.cost ?? 0,
    );
    send(context, { ...answer, headers: { ...answer.headers, ...rateHeaders(rate) } });
  }

  async #execute(context: Context, body: string, key?: string): Promise<void> {
    const isGet = context.request.method === 'GET';
    const value = isGet ? undefined : parseJson(body);
    if (Array.isArray(value)) {
      await this.#executeBatch(context, value.map(readParams));
      return;
    }
    const params =
      value === undefined ? readQueryString(context.url.searchParams) : readParams(value);
    // Awaited here, as the hold on the supergraph ends with this block.
    using admitted = await this.#options.admit(params, context);
    await this.#dispatch(context, admitted, { params, key });
  }

  async #dispatch(
    context: Context,
    admitted: Admitted,
    { params, key }: { readonly params: GraphQLParams; readonly key: string | undefined },
  ): Promise<void> {
    const { kind } = admitted.operation;
    if (context.negotiated.isEventStream) return this.#serveEvents(context, admitted, params);
    if (kind === 'subscription') throw needsStream();
    if (context.request.method === 'GET' && kind !== 'query') {
      sendMethodNotAllowed(context, 'POST');
      return;
    }
    if (key === undefined || kind !== 'query') {
      return this.#executeAlone(context, admitted, params);
    }
    return this.#executeShared(context, admitted, { params, key });
  }

  async #executeAlone(context: Context, admitted: Admitted, params: GraphQLParams): Promise<void> {
    const { answer, headers } = await this.#run(context, admitted, {
      params,
      signal: context.signal,
    });
    if (answer.incremental === undefined) {
      send(context, { status: 200, headers, bytes: Buffer.from(answer.body) });
      return;
    }
    if (!context.negotiated.isMultipart) throw needsMultipart();
    await sendMultipart(context.response, {
      first: answer.body,
      later: answer.incremental,
      headers: { ...context.headers, ...headers },
    });
  }

  async #serveEvents(context: Context, admitted: Admitted, params: GraphQLParams): Promise<void> {
    const { identity, requestId, clientHeaders, signal, response, headers } = context;
    const request: OperationRequest = {
      variables: params.variables,
      identity,
      headers: clientHeaders,
      signal,
      requestId,
    };
    for (const name in headers) response.setHeader(name, headers[name] ?? '');
    await this.#options.serveEvents(admitted, request, response);
  }

  async #executeShared(
    context: Context,
    admitted: Admitted,
    { params, key }: { readonly params: GraphQLParams; readonly key: string },
  ): Promise<void> {
    const { shared } = this.#options;
    if (shared === undefined || context.negotiated.isMultipart) {
      return this.#executeAlone(context, admitted, params);
    }
    const running = shared.start(key, async (signal): Promise<SharedAnswer> => {
      const { answer, headers } = await this.#run(context, admitted, { params, signal });
      if (answer.incremental !== undefined) throw needsMultipart();
      return { status: 200, headers, bytes: Buffer.from(answer.body), cost: admitted.cost };
    });
    send(context, await shared.join(running, context.signal));
  }

  async #executeBatch(context: Context, batch: readonly GraphQLParams[]): Promise<void> {
    const { maxBatch } = this.#options;
    if (maxBatch < 2 || batch.length > maxBatch) {
      const message =
        maxBatch < 2 ? 'Batches are not accepted here' : `A batch may have ${maxBatch} operations`;
      throw new AppError('LIMIT_EXCEEDED', message);
    }
    const bodies = await Promise.all(
      batch.map(async (params) => {
        try {
          using admitted = await this.#options.admit(params, context);
          if (admitted.operation.kind === 'subscription') throw needsStream();
          const { answer } = await this.#run(context, admitted, { params, signal: context.signal });
          if (answer.incremental !== undefined) throw needsMultipart();
          return answer.body;
        } catch (error) {
          return JSON.stringify({ errors: describeFailure(error, context.requestId).errors });
        }
      }),
    );
    send(context, { status: 200, headers: {}, bytes: Buffer.from(`[${bodies.join(',')}]`) });
  }

  async #run(
    context: Context,
    admitted: Admitted,
    { params, signal }: { readonly params: GraphQLParams; readonly signal: AbortSignal },
  ): Promise<{ answer: OperationAnswer; headers: Record<string, string | readonly string[]> }> {
    const { plugins, onOperation } = this.#options;
    const { operation } = admitted;
    const { identity, requestId, clientHeaders } = context;
    const request: OperationRequest = {
      variables: params.variables,
      identity,
      headers: clientHeaders,
      signal,
      requestId,
    };
    const started = performance.now();
    await plugins.onOperation?.({ operation, request, identity });
    const plain = withCost(await operation.execute(request), admitted);
    const answer =
      plugins.onResponse === undefined
        ? plain
        : await plugins.onResponse({ operation, request, identity }, plain);
    onOperation(operation.kind, operation.name, (performance.now() - started) / 1000);
    return { answer, headers: { ...answer.headers, ...rateHeaders(admitted.rate) } };
  }

  #sendFailure(exchange: Exchange, negotiated: Negotiated | undefined, error: unknown): void {
    if (exchange.response.destroyed || exchange.signal.aborted) return;
    const failure = describeFailure(error, exchange.requestId);
    if (failure.isInternal) {
      this.#options.log.error({ err: error, requestId: exchange.requestId }, 'a request failed');
    }
    const type = negotiated?.type ?? 'application/json';
    const isLegacy = type === 'application/json';
    const headers = {
      ...exchange.headers,
      ...failure.headers,
      'content-type': `${type}; charset=utf-8`,
      ...(failure.status === 413 && { connection: 'close' }),
    };
    exchange.response.writeHead(
      isLegacy && failure.isDocumentFault ? 200 : failure.status,
      headers,
    );
    exchange.response.end(JSON.stringify({ errors: failure.errors }));
  }
}

const needsStream = (): AppError =>
  new AppError('BAD_USER_INPUT', 'Subscriptions need WebSocket or text/event-stream');

const needsMultipart = (): AppError =>
  new AppError('BAD_USER_INPUT', '@defer needs a client that accepts multipart/mixed');

/** Headers that differ from request to request without meaning. */
const meaningless = new Set(['content-length', 'connection', 'x-request-id', 'user-agent', 'host']);

function sensitive(headers: HeaderMap): HeaderMap {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !meaningless.has(name)));
}

function send(context: Context, answer: Pick<SharedAnswer, 'status' | 'headers' | 'bytes'>): void {
  if (context.response.destroyed) return;
  context.response.writeHead(answer.status, {
    ...context.headers,
    ...answer.headers,
    'content-type': `${context.negotiated.type}; charset=utf-8`,
    'content-length': answer.bytes.length,
  });
  context.response.end(answer.bytes);
}
