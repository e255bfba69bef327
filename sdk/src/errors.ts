/** Every code the platform answers with; business rules of an agent add their own in `Problem.code`. */
export const errorCodes = [
  'BAD_USER_INPUT',
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'OPERATION_RESOLUTION_FAILURE',
  'PERSISTED_QUERY_NOT_FOUND',
  'PERSISTED_QUERY_NOT_SUPPORTED',
  'TRUSTED_DOCUMENT_REQUIRED',
  'COST_EXCEEDED',
  'LIMIT_EXCEEDED',
  'PLANNING_FAILED',
  'NOT_ACCEPTABLE',
  'PAYLOAD_TOO_LARGE',
  'REQUEST_TIMEOUT',
  'CSRF_BLOCKED',
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'UNAUTHORIZED_FIELD_OR_TYPE',
  'NOT_FOUND',
  'CONFLICT',
  'QUOTA_EXCEEDED',
  'ALREADY_EXISTS',
  'IDEMPOTENCY_MISMATCH',
  'DEFINITION_INVALID',
  'INPUT_INVALID',
  'RULE_VIOLATED',
  'RATE_LIMITED',
  'SUBGRAPH_FAILED',
  'SUBGRAPH_TIMEOUT',
  'UNAVAILABLE',
  'WAREHOUSE_UNAVAILABLE',
  'INTEGRATION_FAILED',
  'EGRESS_BLOCKED',
  'STALE_LEASE',
  'SUBSCRIPTION_OVERFLOW',
  'INTERNAL',
] as const;

/** A stable error code. */
export type ErrorCode = (typeof errorCodes)[number];

const retryableCodes: ReadonlySet<string> = new Set<ErrorCode>([
  'REQUEST_TIMEOUT',
  'RATE_LIMITED',
  'SUBGRAPH_FAILED',
  'SUBGRAPH_TIMEOUT',
  'UNAVAILABLE',
  'WAREHOUSE_UNAVAILABLE',
  'INTEGRATION_FAILED',
  'SUBSCRIPTION_OVERFLOW',
  'INTERNAL',
]);

/** True for a code of the platform, false for one of an agent's business rules. */
export function isErrorCode(code: string): code is ErrorCode {
  return (errorCodes as readonly string[]).includes(code);
}

/** One reason why a request is refused. */
export interface Problem {
  readonly code: string;
  /** Path of the argument at fault; empty for the request as a whole. */
  readonly field: string;
  readonly message: string;
}

/** What an error knows besides its message. */
export interface ErrorDetails {
  readonly requestId?: string | undefined;
  readonly retryAfterMs?: number | undefined;
  readonly path?: readonly (string | number)[] | undefined;
  readonly cause?: unknown;
}

/** The platform answered with an error. */
export class OperandiError extends Error {
  override readonly name: string = 'OperandiError';
  readonly code: string;
  /** Names the request in the platform's log. */
  readonly requestId: string | undefined;
  /** Earliest sensible retry, milliseconds. */
  readonly retryAfterMs: number | undefined;
  /** Path of the field that failed. */
  readonly path: readonly (string | number)[] | undefined;

  constructor(code: string, message: string, details: ErrorDetails = {}) {
    super(message, { cause: details.cause });
    this.code = code;
    this.requestId = details.requestId;
    this.retryAfterMs = details.retryAfterMs;
    this.path = details.path;
  }

  /** True when the same request may succeed later. */
  get isRetryable(): boolean {
    return retryableCodes.has(this.code);
  }
}

/** The request was refused and nothing was changed; `problems` says why, all at once. */
export class RefusedError extends OperandiError {
  override readonly name = 'RefusedError';
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[], details: ErrorDetails = {}) {
    const messages = problems.map(({ field, message }) =>
      field === '' ? message : `${field}: ${message}`,
    );
    super(problems[0]?.code ?? 'BAD_USER_INPUT', messages.join('; '), details);
    this.problems = problems;
  }
}

/** What is known of an answer that did not come, or made no sense. */
export interface LostDetails extends ErrorDetails {
  /** False when asking again meets the same, e.g. at an address where no platform is. @default true */
  readonly isPassing?: boolean | undefined;
}

/** No answer came; whether the request took effect is not known. */
export class ConnectionError extends OperandiError {
  override readonly name: string = 'ConnectionError';
  /** Of `submit` and `run`: with it, the same job is answered, or is there at last. */
  idempotencyKey: string | undefined;
  readonly #isPassing: boolean;

  constructor(message: string, details: LostDetails = {}) {
    super('UNAVAILABLE', withReason(message, details.cause), details);
    this.#isPassing = details.isPassing ?? true;
  }

  override get isRetryable(): boolean {
    return this.#isPassing;
  }
}

/** No answer came within `timeoutMs` of an attempt or `deadlineMs` of the call. */
export class TimeoutError extends ConnectionError {
  override readonly name = 'TimeoutError';
}

/** `fetch` says only that it failed; what began it is the reason. */
function withReason(message: string, cause: unknown): string {
  if (!(cause instanceof Error)) return message;
  return cause.cause instanceof Error
    ? withReason(message, cause.cause)
    : `${message}: ${cause.message}`;
}

/** The least that is known of a job that ended without an output. */
export interface EndedJob {
  readonly id: string;
  readonly state: string;
  readonly error: { readonly detail: string | null; readonly title: string | null } | null;
}

/** The job ended as FAILED, CANCELLED or DEAD. */
export class JobEndedError<Job extends EndedJob = EndedJob> extends OperandiError {
  override readonly name = 'JobEndedError';
  readonly job: Job;

  constructor(job: Job) {
    const why = job.error?.detail ?? job.error?.title ?? 'without an error';
    super('CONFLICT', `job ${job.id} ended as ${job.state}: ${why}`);
    this.job = job;
  }
}
