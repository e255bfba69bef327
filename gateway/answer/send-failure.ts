import type { Logger } from 'pino';

import { AppError, errorCatalogue } from '../../kernel/errors.ts';
import type { JsonValue } from '../../kernel/json.ts';
import { endUnread, hasUnread } from '../listen/http/end-unread.ts';
import type { Exchange } from '../listen/http/exchange.ts';
import type { AnswerType } from '../listen/http/negotiate.ts';
import { refuseEventStream } from '../live/event-stream.ts';
import { type FormattedError, OperationRefused } from '../operation.ts';
import { describeFailure } from './failure.ts';
import { HttpRefusal } from './http-refusal.ts';

interface FailureOptions {
  readonly type: AnswerType;
  readonly isEventStream: boolean;
  readonly log: Logger;
}

/** Answers a request that came to no execution, by its error. */
export function sendFailure(
  { request, response, signal, headers, requestId, notes }: Exchange,
  error: unknown,
  { type, isEventStream, log }: FailureOptions,
): void {
  if (response.destroyed || signal.aborted) return;
  const { errors, isInternal } = describeFailure(error, requestId);
  noteCode(notes, errors);
  if (isInternal) log.error({ err: error, requestId }, 'a request failed');
  if (isEventStream && error instanceof OperationRefused) {
    refuseEventStream(response, headers, errors);
    return;
  }
  const status = statusOf(error, type);
  const body = Buffer.from(JSON.stringify({ errors }));
  const isUnread = hasUnread(request);
  response.writeHead(status, {
    ...headers,
    ...headersOf(error),
    'content-type': `${type}; charset=utf-8`,
    'content-length': body.length,
    ...(isUnread && { connection: 'close' }),
  });
  if (isUnread) endUnread(request, response, body);
  else response.end(body);
}

function noteCode(notes: Exchange['notes'], errors: readonly FormattedError[]): void {
  const code = errors[0]?.extensions?.['code'];
  if (typeof code === 'string') notes.code = code;
}

function statusOf(error: unknown, type: AnswerType): number {
  if (error instanceof OperationRefused) {
    return type === 'application/json' && isDocumentFault(error) ? 200 : error.status;
  }
  if (error instanceof HttpRefusal) return error.status;
  return error instanceof AppError ? errorCatalogue[error.code].status : 500;
}

const documentFaults = new Set<JsonValue | undefined>([
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'OPERATION_RESOLUTION_FAILURE',
  'BAD_USER_INPUT',
]);

/** A well-formed request whose document is at fault: legacy clients get 200 for it. */
function isDocumentFault({ errors }: OperationRefused): boolean {
  return errors.every(({ extensions }) => documentFaults.has(extensions?.['code']));
}

function headersOf(error: unknown): Readonly<Record<string, string>> {
  if (error instanceof HttpRefusal) return error.headers;
  if (!(error instanceof AppError)) return {};
  const { code, retryAfterMs } = error;
  return {
    // Who is not known is told how to become so (RFC 9110 § 15.5.2, RFC 6750 § 3).
    ...(errorCatalogue[code].status === 401 && { 'www-authenticate': 'Bearer' }),
    ...(retryAfterMs !== undefined && { 'retry-after': String(Math.ceil(retryAfterMs / 1000)) }),
  };
}
