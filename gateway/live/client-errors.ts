import type { AppError } from '../../kernel/errors.ts';
import { type FormattedError, OperationRefused } from '../operation.ts';
import { UpstreamRefused } from './upstream-refused.ts';

/** For a client with too much unsent. */
export const overflowError: FormattedError = {
  message: 'The client reads too slowly. Subscribe again with the last cursor.',
  extensions: { code: 'SUBSCRIPTION_OVERFLOW' },
};

/** For a client whose credential has expired or was revoked, or that is not served any more. */
export function credentialError(why?: AppError): FormattedError {
  if (why?.code === 'FORBIDDEN') return { message: why.message, extensions: { code: why.code } };
  return {
    message: 'The credential has ended. Subscribe again with a fresh one.',
    extensions: { code: 'UNAUTHENTICATED' },
  };
}

/** For a client whose operation was split from those it shared a stream with. */
export const splitError: FormattedError = {
  message: 'The schema has changed. Subscribe again with the last cursor.',
  extensions: { code: 'SUBGRAPH_FAILED' },
};

/** What clients are told when a stream cannot go on. */
export function clientErrors(error: unknown): readonly FormattedError[] {
  if (error instanceof UpstreamRefused || error instanceof OperationRefused) return error.errors;
  return [
    {
      message:
        'The subgraph of this subscription is not available. Subscribe again with the last cursor.',
      extensions: { code: 'SUBGRAPH_FAILED' },
    },
  ];
}
