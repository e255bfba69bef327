import { AppError } from '../kernel/errors.ts';
import type { JsonObject } from '../kernel/json.ts';

/** What is known about a failed call besides its message. */
export interface IntegrationErrorOptions {
  /** HTTP status, when the outside system answered. */
  readonly status?: number | undefined;
  /** True when the same call may succeed later without a change. */
  readonly isRetryable: boolean;
  /** True when no answer came in time. */
  readonly isLate?: boolean;
  /** True when the outside system may have acted although no answer came. */
  readonly isOutcomeUnknown?: boolean;
  /** Requests made, retries included. */
  readonly attempts?: number;
  readonly retryAfterMs?: number | undefined;
  /** True when the authorization server has ended what a person consented to: they have to do so anew. */
  readonly endsConsent?: boolean;
  /** What the outside system answered, without secrets. */
  readonly answer?: JsonObject | undefined;
  readonly cause?: unknown;
}

/** The outside system failed, refused or could not be reached. The message never carries a credential. */
export class IntegrationError extends AppError {
  override readonly name = 'IntegrationError';
  readonly status: number | undefined;
  readonly isOutcomeUnknown: boolean;
  readonly isLate: boolean;
  readonly answer: JsonObject | undefined;
  readonly attempts: number;
  readonly endsConsent: boolean;
  readonly #isRetryable: boolean;

  constructor(message: string, options: IntegrationErrorOptions) {
    super('INTEGRATION_FAILED', message, {
      cause: options.cause,
      ...(options.retryAfterMs === undefined ? {} : { retryAfterMs: options.retryAfterMs }),
    });
    this.status = options.status;
    this.isOutcomeUnknown = options.isOutcomeUnknown ?? false;
    this.isLate = options.isLate ?? false;
    this.answer = options.answer;
    this.attempts = options.attempts ?? 1;
    this.endsConsent = options.endsConsent ?? false;
    this.#isRetryable = options.isRetryable;
  }

  /** The same error, known to have come after that many tries. */
  after(attempts: number): IntegrationError {
    const { message, cause, status, isRetryable, isLate, answer } = this;
    const { isOutcomeUnknown, retryAfterMs, endsConsent } = this;
    return new IntegrationError(message, {
      ...{ cause, status, isRetryable, isLate, answer },
      ...{ isOutcomeUnknown, retryAfterMs, endsConsent, attempts },
    });
  }

  override get isRetryable(): boolean {
    return this.#isRetryable;
  }
}
