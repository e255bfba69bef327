import type { GraphQLExchange } from '../listen/http/exchange.ts';
import type { OperationAnswer, OperationRequest } from '../operation.ts';
import { compress } from './compress.ts';
import { sendMultipart } from './multipart.ts';

/** A finished answer as bytes. */
export interface AnswerBytes {
  readonly bytes: Buffer;
  readonly headers?: OperationAnswer['headers'];
  readonly hasErrors?: boolean;
}

/** Sends an answer that is complete. */
export async function sendAnswer(
  { request, response, headers, negotiated, coding, notes }: GraphQLExchange,
  answer: AnswerBytes,
  rate?: OperationRequest['rate'],
): Promise<void> {
  notes.hasErrors = answer.hasErrors;
  const compressed = coding && (await compress(answer.bytes, coding));
  const bytes = compressed ?? answer.bytes;
  if (response.destroyed) return;
  response.writeHead(200, {
    ...headers,
    ...answer.headers,
    ...rateHeaders(rate),
    ...(request.method === 'GET' && variance(headers)),
    ...(compressed && { 'content-encoding': coding }),
    'content-type': `${negotiated.type}; charset=utf-8`,
    'content-length': bytes.length,
  });
  response.end(bytes);
}

/** What caches between here and the client must look at; they keep answers to GET only. */
function variance({ vary }: GraphQLExchange['headers']): Readonly<Record<string, string>> {
  return { vary: [vary, 'accept', 'accept-encoding'].filter(Boolean).join(', ') };
}

/** Sends an answer to a client that takes it in parts, if it has any. */
export async function sendParts(
  exchange: GraphQLExchange,
  { body, headers, hasErrors, incremental }: OperationAnswer,
  { rate, deferFormat = 'deferSpec=20220824' }: OperationRequest,
): Promise<void> {
  if (incremental === undefined) {
    await sendAnswer(exchange, { bytes: Buffer.from(body), headers, hasErrors }, rate);
    return;
  }
  await sendMultipart(exchange.response, {
    first: body,
    later: incremental,
    format: deferFormat,
    headers: { ...exchange.headers, ...headers, ...rateHeaders(rate) },
  });
}

/** What is left of the tightest rate limit. */
function rateHeaders(rate: OperationRequest['rate']): Readonly<Record<string, string>> {
  if (rate === undefined) return {};
  return {
    'ratelimit-limit': String(rate.limit),
    'ratelimit-remaining': String(rate.remaining),
    'ratelimit-reset': String(rate.resetSeconds),
  };
}
