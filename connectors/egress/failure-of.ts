import { IntegrationError } from '../errors.ts';
import type { EgressResponse } from './policy.ts';
import { retryAfterMs } from './retries.ts';

/** What a failed status means to the caller. */
export function failureOf(response: EgressResponse, name: string): IntegrationError {
  return new IntegrationError(`${name} answered with status ${String(response.status)}`, {
    status: response.status,
    isRetryable:
      response.status === 408 ||
      response.status === 425 ||
      response.status === 429 ||
      response.status >= 500,
    attempts: response.attempts,
    retryAfterMs: retryAfterMs(response.headers),
  });
}
