import { AppError, errorCatalogue } from '../../kernel/errors.ts';
import type { JsonValue } from '../../kernel/json.ts';
import { type FormattedError, OperationRefused } from '../operation.ts';
import { UnsupportedMedia } from './read-body.ts';

/** A request that ends without an execution. */
export interface FailureAnswer {
  readonly status: number;
  readonly errors: readonly FormattedError[];
  readonly headers: Readonly<Record<string, string>>;
  /** A well-formed request whose document is at fault: legacy clients get 200 for it. */
  readonly isDocumentFault: boolean;
  /** Nobody's fault but ours: belongs in the log. */
  readonly isInternal: boolean;
}

const documentFaults = new Set<JsonValue | undefined>([
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'OPERATION_RESOLUTION_FAILURE',
  'BAD_USER_INPUT',
]);

/** What leaves the gateway for an error; anything unknown is masked and found in the log by its request id. */
export function describeFailure(error: unknown, requestId: string): FailureAnswer {
  if (error instanceof OperationRefused) {
    return {
      status: error.status,
      errors: error.errors,
      headers: {},
      isDocumentFault: error.errors.every(({ extensions }) =>
        documentFaults.has(extensions?.['code']),
      ),
      isInternal: false,
    };
  }
  if (error instanceof AppError) return describeAppError(error);
  return {
    status: 500,
    errors: [{ message: 'Internal error', extensions: { code: 'INTERNAL', requestId } }],
    headers: {},
    isDocumentFault: false,
    isInternal: true,
  };
}

function describeAppError(error: AppError): FailureAnswer {
  const { code, message, retryAfterMs } = error;
  const waits = retryAfterMs === undefined ? {} : { retryAfterMs: Math.ceil(retryAfterMs) };
  return {
    status: error instanceof UnsupportedMedia ? 415 : errorCatalogue[code].status,
    errors: [{ message, extensions: { code, ...waits } }],
    headers:
      retryAfterMs === undefined ? {} : { 'retry-after': String(Math.ceil(retryAfterMs / 1000)) },
    isDocumentFault: false,
    isInternal: false,
  };
}
