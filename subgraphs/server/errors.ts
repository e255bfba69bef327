import { GraphQLError } from 'graphql';
import type { GraphQLFormattedError } from 'graphql';

import { AppError, errorCatalogue } from '../../kernel/errors.ts';
import type { ErrorCode } from '../../kernel/errors.ts';
import type { Logger } from '../../kernel/logger.ts';

/** Codes of @apollo/server that stand for one of ours. */
const translations = new Map<unknown, ErrorCode>([['BAD_REQUEST', 'BAD_USER_INPUT']]);

interface Origin {
  readonly requestId: string;
  readonly log: Logger;
}

/** The error as callers may see it: known codes pass, all else is masked as INTERNAL and logged. */
export function presentError(error: unknown, { requestId, log }: Origin): GraphQLFormattedError {
  const cause = unwrapped(error);
  if (cause instanceof AppError) {
    if (cause.code === 'INTERNAL') log.error({ err: cause, requestId }, 'a request failed');
    return formatted(error, cause.message, { code: cause.code, requestId, ...hintsOf(cause) });
  }
  const code = codeOf(cause);
  if (cause instanceof GraphQLError && code !== undefined && code !== 'INTERNAL') {
    return formatted(error, cause.message, { code, requestId });
  }
  log.error({ err: cause, requestId }, 'a request failed');
  return formatted(error, 'something went wrong on our side; give the requestId to the operator', {
    code: 'INTERNAL',
    requestId,
  });
}

/** HTTP status of an error that stops a request before anything is executed. */
export function statusOf(error: unknown): number {
  const cause = unwrapped(error);
  return cause instanceof AppError ? errorCatalogue[cause.code].status : 500;
}

/** What a resolver threw, without graphql-js' wrapping. */
function unwrapped(error: unknown): unknown {
  if (!(error instanceof GraphQLError) || !error.originalError) return error;
  return error.originalError instanceof GraphQLError && codeOf(error) !== undefined
    ? error
    : unwrapped(error.originalError);
}

function codeOf(error: unknown): ErrorCode | undefined {
  const code = error instanceof GraphQLError ? error.extensions['code'] : undefined;
  return translations.get(code) ?? (isErrorCode(code) ? code : undefined);
}

function isErrorCode(code: unknown): code is ErrorCode {
  return typeof code === 'string' && Object.hasOwn(errorCatalogue, code);
}

function hintsOf(error: AppError) {
  return {
    ...(error.path === undefined ? {} : { field: error.path }),
    ...(error.retryAfterMs === undefined ? {} : { retryAfterMs: error.retryAfterMs }),
  };
}

function formatted(
  error: unknown,
  message: string,
  extensions: Readonly<Record<string, unknown>>,
): GraphQLFormattedError {
  const place = error instanceof GraphQLError ? error : undefined;
  return {
    message,
    ...(place?.locations === undefined ? {} : { locations: place.locations }),
    ...(place?.path === undefined ? {} : { path: place.path }),
    extensions: { ...extensions },
  };
}
