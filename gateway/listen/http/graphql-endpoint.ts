import type { Logger } from 'pino';

import { AppError } from '../../../kernel/errors.ts';
import { noteInLogs } from '../../../kernel/log-context.ts';
import type { Admit } from '../../admit/admission.ts';
import type { Identify, Identity } from '../../admit/identity.ts';
import type { CountRequest } from '../../admit/rate-limits.ts';
import { answerBatch } from '../../answer/answer-batch.ts';
import { answerOperation, countJoined, type ServeEvents } from '../../answer/answer-operation.ts';
import { codingFor } from '../../answer/compress.ts';
import { sendAnswer } from '../../answer/send-answer.ts';
import { sendFailure } from '../../answer/send-failure.ts';
import { type SharedAnswer, type SharedAnswers, sharingKey } from '../../answer/shared-answers.ts';
import type { PluginChain } from '../../plugins.ts';
import type { CountUse } from '../../usage/open-usage.ts';
import type { BodyBudget } from './body-budget.ts';
import { checkMethod, checkOrigin, checkUpload, kindCheck } from './check-request.ts';
import { clientAddress } from './client-address.ts';
import type { Exchange, GraphQLExchange } from './exchange.ts';
import { type Negotiated, negotiate } from './negotiate.ts';
import { type BodyLimits, readBody } from './read-body.ts';
import { parseJson, parseQueryString, readParams } from './read-params.ts';
import { isUpload, readUpload, type UploadLimits } from './uploads/read-upload.ts';

/** What the endpoint needs. */
export interface EndpointOptions {
  readonly admit: Admit;
  readonly identify: Identify;
  readonly countRequest: CountRequest | undefined;
  readonly onRequest: PluginChain['onRequest'];
  /** Pages that may read, as the CORS rules name them. */
  readonly readingOrigins: readonly string[];
  readonly maxBodyBytes: number;
  /** Where callers may be known, of those who are not. */
  readonly maxAnonymousBodyBytes: number;
  readonly bodyTimeoutMs: number;
  readonly bodies: BodyBudget;
  /** Proxies of our own whose word on the client's address counts. */
  readonly trustedHops: number;
  /** Callers can have a name; otherwise all are nobody, and have equal rights. */
  readonly knowsCallers: boolean;
  readonly maxBatch: number;
  readonly uploads: UploadLimits & { readonly isEnabled: boolean };
  /** Answers are compressed for clients that take them so. */
  readonly isCompressing: boolean;
  readonly serveEvents: ServeEvents;
  readonly countUse?: CountUse | undefined;
  readonly shared: SharedAnswers | undefined;
  /** Rules or plugins look at client headers, so requests with other headers are other requests. */
  readonly isHeaderSensitive: boolean;
  readonly log: Logger;
}

/** Answers GraphQL over HTTP. */
export function createGraphQLEndpoint(
  options: EndpointOptions,
): (exchange: Exchange) => Promise<void> {
  return async (exchange) => {
    const negotiated = negotiate(exchange.request.headers.accept);
    try {
      checkMethod(exchange.request);
      checkOrigin(exchange.request, options.readingOrigins);
      if (negotiated === undefined) throw new AppError('NOT_ACCEPTABLE', acceptable);
      await answer(await read(exchange, negotiated, options), options);
    } catch (error) {
      const { type = 'application/json', isEventStream = false } = negotiated ?? {};
      sendFailure(exchange, error, { type, isEventStream, log: options.log });
    }
  };
}

const acceptable =
  'Accept application/graphql-response+json, application/json, multipart/mixed or text/event-stream';

async function read(
  exchange: Exchange,
  negotiated: Negotiated,
  options: EndpointOptions,
): Promise<GraphQLExchange> {
  const { request, url, requestId, signal } = exchange;
  const { identify, onRequest, isCompressing, trustedHops } = options;
  const headers = await readHeaders(exchange, onRequest);
  const address = clientAddress(request, trustedHops);
  // First who asks, then what: a body of somebody who may ask nothing is not read.
  const identity = await identify(headers, { signal, address });
  noteInLogs({ tenantId: identity.tenantId });
  const { text, placeFiles } =
    request.method === 'GET'
      ? { text: url.search }
      : await readPost(exchange, options, bodyLimits(options, identity, address));
  const hasFiles = placeFiles !== undefined;
  const checkKind = kindCheck(request, negotiated, hasFiles);
  return {
    ...exchange,
    ...{ negotiated, text },
    ...(placeFiles && { placeFiles }),
    coding: isCompressing ? codingFor(request.headers['accept-encoding']) : undefined,
    caller: { identity, headers, address, signal, requestId, checkKind, hasFiles },
  };
}

async function readPost(
  exchange: Exchange,
  { uploads }: EndpointOptions,
  limits: BodyLimits,
): Promise<Pick<GraphQLExchange, 'text' | 'placeFiles'>> {
  const { request } = exchange;
  if (!uploads.isEnabled || !isUpload(request)) return { text: await readBody(request, limits) };
  checkUpload(request);
  const { text, placeIn } = await readUpload(exchange, uploads, limits);
  return { text, placeFiles: placeIn };
}

function bodyLimits(options: EndpointOptions, identity: Identity, address: string): BodyLimits {
  const { maxBodyBytes, maxAnonymousBodyBytes, bodyTimeoutMs, bodies, knowsCallers } = options;
  const { isAuthenticated, key } = identity;
  return {
    maxBytes:
      isAuthenticated || !knowsCallers
        ? maxBodyBytes
        : Math.min(maxBodyBytes, maxAnonymousBodyBytes),
    timeoutMs: bodyTimeoutMs,
    share: bodies.open(isAuthenticated ? key : address),
  };
}

/** The client's headers, or what plugins make of them; none may vouch for a caller. */
async function readHeaders(
  { request, requestId }: Exchange,
  onRequest: PluginChain['onRequest'],
): Promise<Readonly<Record<string, string>>> {
  const headers: Record<string, string> = {};
  for (const name in request.headers) {
    const value = request.headers[name];
    if (name.startsWith('x-operandi-') || value === undefined) continue;
    headers[name] = typeof value === 'string' ? value : value.join(', ');
  }
  if (onRequest === undefined) return headers;
  const { method = '', url = '' } = request;
  return (await onRequest({ method, url, headers, requestId })).headers;
}

async function answer(exchange: GraphQLExchange, options: EndpointOptions): Promise<void> {
  const { request, url, text } = exchange;
  const { shared, isHeaderSensitive } = options;
  const key = shared && sharingKey(exchange, isHeaderSensitive);
  const sharing = shared && key !== undefined ? { shared, key } : undefined;
  const running = sharing?.shared.join(sharing.key, exchange.signal);
  if (running !== undefined) {
    await answerJoined(exchange, running, options);
    return;
  }
  const value = request.method === 'GET' ? parseQueryString(url.searchParams) : parseJson(text);
  exchange.placeFiles?.(value);
  if (Array.isArray(value)) await answerBatch(exchange, value.map(readParams), options);
  else await answerOperation(exchange, readParams(value), { ...options, sharing });
}

/** With the answer of an equal request that is under way; it is counted what it costs. */
async function answerJoined(
  exchange: GraphQLExchange,
  running: Promise<SharedAnswer>,
  { countUse, countRequest }: EndpointOptions,
): Promise<void> {
  const found = await countJoined(exchange, running, countUse);
  exchange.notes.operation = { kind: 'query', name: found.name };
  exchange.notes.isShared = true;
  const { identity, address } = exchange.caller;
  const rate = await countRequest?.(identity, address, found.cost ?? 0);
  await sendAnswer(exchange, found, rate);
}
