import type { OperationAnswer, OperationRequest } from '../operation.ts';
import type { GraphQLExchange } from './exchange.ts';
import { sendMultipart } from './multipart.ts';

/** A finished answer as bytes. */
export interface AnswerBytes {
  readonly bytes: Buffer;
  readonly headers?: OperationAnswer['headers'];
  readonly hasErrors?: boolean;
}

/** Sends an answer that is complete. */
export function sendAnswer(
  { response, headers, negotiated, notes }: GraphQLExchange,
  answer: AnswerBytes,
  rate?: OperationRequest['rate'],
): void {
  notes.hasErrors = answer.hasErrors;
  if (response.destroyed) return;
  response.writeHead(200, {
    ...headers,
    ...answer.headers,
    ...rateHeaders(rate),
    'content-type': `${negotiated.type}; charset=utf-8`,
    'content-length': answer.bytes.length,
  });
  response.end(answer.bytes);
}

/** Sends an answer to a client that takes it in parts, if it has any. */
export async function sendParts(
  exchange: GraphQLExchange,
  { body, headers, hasErrors, incremental }: OperationAnswer,
  rate?: OperationRequest['rate'],
): Promise<void> {
  if (incremental === undefined) {
    sendAnswer(exchange, { bytes: Buffer.from(body), headers, hasErrors }, rate);
    return;
  }
  await sendMultipart(exchange.response, {
    first: body,
    later: incremental,
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
