import { AppError } from '../../kernel/errors.ts';
import { type FormattedError, OperationRefused } from '../operation.ts';

/** What a client is told of a request that ends without an execution. */
export interface Failure {
  readonly errors: readonly FormattedError[];
  /** Nobody's fault but ours: belongs in the log. */
  readonly isInternal: boolean;
}

/** What leaves the gateway for an error; anything unknown is masked and found in the log by its request id. */
export function describeFailure(error: unknown, requestId: string): Failure {
  if (error instanceof OperationRefused) return { errors: error.errors, isInternal: false };
  if (!(error instanceof AppError)) {
    const extensions = { code: 'INTERNAL', requestId };
    return { errors: [{ message: 'Internal error', extensions }], isInternal: true };
  }
  const { code, message, retryAfterMs } = error;
  const waits = retryAfterMs === undefined ? {} : { retryAfterMs: Math.ceil(retryAfterMs) };
  return { errors: [{ message, extensions: { code, ...waits } }], isInternal: false };
}
