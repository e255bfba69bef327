interface ErrorEntry {
  /** HTTP status where the error leaves over plain HTTP. */
  readonly status: number;
  /** True when the same request may succeed later without a change. */
  readonly retryable: boolean;
  /** What it means and what to do, in one line; `docs/errors.md` is checked against it. */
  readonly meaning: string;
}

/** Every code that leaves the platform, in `errors[].extensions.code` or `userErrors[].code`. */
export const errorCatalogue = {
  BAD_USER_INPUT: {
    status: 400,
    retryable: false,
    meaning:
      'An argument or input is not acceptable; the path names it. Correct it and send again.',
  },
  GRAPHQL_PARSE_FAILED: {
    status: 400,
    retryable: false,
    meaning: 'The query text is not GraphQL. Correct it.',
  },
  GRAPHQL_VALIDATION_FAILED: {
    status: 400,
    retryable: false,
    meaning: 'The query does not fit the schema. Correct it.',
  },
  OPERATION_RESOLUTION_FAILURE: {
    status: 400,
    retryable: false,
    meaning: 'The document has several operations and none is named. Send operationName.',
  },
  PERSISTED_QUERY_NOT_FOUND: {
    status: 200,
    retryable: false,
    meaning: 'The hash is unknown. Send the query text with the hash once.',
  },
  PERSISTED_QUERY_NOT_SUPPORTED: {
    status: 400,
    retryable: false,
    meaning: 'Persisted queries are switched off. Send the query text.',
  },
  TRUSTED_DOCUMENT_REQUIRED: {
    status: 400,
    retryable: false,
    meaning: 'Only documents of the manifest are accepted. Publish this one first.',
  },
  COST_EXCEEDED: {
    status: 400,
    retryable: false,
    meaning: 'The operation costs more than the limit. Ask for fewer fields or smaller pages.',
  },
  LIMIT_EXCEEDED: {
    status: 400,
    retryable: false,
    meaning: 'A stated limit (depth, aliases, tokens, size, items) is exceeded. Ask for less.',
  },
  PLANNING_FAILED: {
    status: 500,
    retryable: false,
    meaning:
      'The planner knows no way to ask the subgraphs for this. Ask otherwise; the log has the reason.',
  },
  NOT_ACCEPTABLE: {
    status: 406,
    retryable: false,
    meaning:
      'The Accept header leaves no way to answer. Accept the media type that the message names.',
  },
  PAYLOAD_TOO_LARGE: {
    status: 413,
    retryable: false,
    meaning: 'The request is larger than allowed. Send less.',
  },
  REQUEST_TIMEOUT: {
    status: 408,
    retryable: true,
    meaning: 'The request was not received in time. Send it again.',
  },
  CSRF_BLOCKED: {
    status: 400,
    retryable: false,
    meaning:
      'The request could come from a foreign page. Send content-type application/json or a preflight header.',
  },
  UNAUTHENTICATED: {
    status: 401,
    retryable: false,
    meaning: 'No valid credential. Send an API key or token that is live.',
  },
  FORBIDDEN: {
    status: 403,
    retryable: false,
    meaning: 'The caller lacks the permission named. Ask an admin for it.',
  },
  UNAUTHORIZED_FIELD_OR_TYPE: {
    status: 403,
    retryable: false,
    meaning: 'The caller may not read the field at the path. Ask an admin, or leave it out.',
  },
  NOT_FOUND: { status: 404, retryable: false, meaning: 'No such object in your tenant.' },
  CONFLICT: {
    status: 409,
    retryable: false,
    meaning: 'The object is not in a state that allows this. Read it again.',
  },
  QUOTA_EXCEEDED: {
    status: 409,
    retryable: false,
    meaning:
      'The tenant has as many of these as it may. Delete some, wait for jobs to end, or ask whoever runs the platform for more.',
  },
  ALREADY_EXISTS: { status: 409, retryable: false, meaning: 'The name is taken. Choose another.' },
  IDEMPOTENCY_MISMATCH: {
    status: 409,
    retryable: false,
    meaning: 'The idempotency key was used with another body. Use a new key.',
  },
  DEFINITION_INVALID: {
    status: 400,
    retryable: false,
    meaning: 'The workflow definition has findings; each names line, column and a hint.',
  },
  INPUT_INVALID: {
    status: 400,
    retryable: false,
    meaning: 'The job input does not fit the schema of the agent; the field names the place.',
  },
  RULE_VIOLATED: {
    status: 400,
    retryable: false,
    meaning: 'The job input breaks a business rule of the agent.',
  },
  RATE_LIMITED: { status: 429, retryable: true, meaning: 'Too many requests. Wait retryAfterMs.' },
  SUBGRAPH_FAILED: {
    status: 502,
    retryable: true,
    meaning: 'A subgraph could not answer; the path names what is missing.',
  },
  SUBGRAPH_TIMEOUT: { status: 504, retryable: true, meaning: 'A subgraph did not answer in time.' },
  UNAVAILABLE: {
    status: 503,
    retryable: true,
    meaning: 'A part the platform needs is down. Try again.',
  },
  WAREHOUSE_UNAVAILABLE: {
    status: 503,
    retryable: true,
    meaning:
      'No warehouse answers questions about what has ended. Run operandi warehouse, see docs/analytics.md.',
  },
  INTEGRATION_FAILED: {
    status: 502,
    retryable: true,
    meaning: 'The outside system failed or refused; the message says how.',
  },
  EGRESS_BLOCKED: {
    status: 400,
    retryable: false,
    meaning: 'The address is private or not allowed. Ask the operator to allow it.',
  },
  STALE_LEASE: {
    status: 409,
    retryable: false,
    meaning: 'The job belongs to another worker now; the write changed nothing.',
  },
  SUBSCRIPTION_OVERFLOW: {
    status: 429,
    retryable: true,
    meaning: 'The client read too slowly. Subscribe again with the last cursor.',
  },
  INTERNAL: {
    status: 500,
    retryable: true,
    meaning: 'A fault of the platform; the log has it under the requestId.',
  },
} as const satisfies Record<string, ErrorEntry>;

/** A stable error code. */
export type ErrorCode = keyof typeof errorCatalogue;

interface AppErrorOptions {
  readonly cause?: unknown;
  /** Where in the input the fault lies, e.g. `input.priority` or a JSON pointer. */
  readonly path?: string;
  /** Earliest sensible retry, milliseconds. */
  readonly retryAfterMs?: number;
}

/** An error whose code and message may leave the platform; everything else is masked as `INTERNAL`. */
export class AppError extends Error {
  override readonly name: string = 'AppError';
  readonly code: ErrorCode;
  readonly path: string | undefined;
  readonly retryAfterMs: number | undefined;

  constructor(code: ErrorCode, message: string, options: AppErrorOptions = {}) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined);
    this.code = code;
    this.path = options.path;
    this.retryAfterMs = options.retryAfterMs;
  }

  /** True when the same request may succeed later. */
  get isRetryable(): boolean {
    return errorCatalogue[this.code].retryable;
  }
}

/** The object does not exist, or belongs to another tenant: the two look alike on purpose. */
export class NotFoundError extends AppError {
  override readonly name = 'NotFoundError';

  constructor(entity: string, id: string) {
    super('NOT_FOUND', `${entity} ${JSON.stringify(id.slice(0, 64))} does not exist`);
  }
}

/** One reason why a request is refused. */
export interface Problem {
  readonly code: ErrorCode | (string & {});
  /** Path of the argument at fault, e.g. `input.invoice.amount`; empty for the request as a whole. */
  readonly field: string;
  readonly message: string;
}

/** A business refusal with all its reasons; mutations answer it as `userErrors`. */
export class RefusedError extends AppError {
  override readonly name = 'RefusedError';
  readonly problems: readonly Problem[];
  /** What can be answered all the same, e.g. the findings of a refused definition. */
  readonly answer: Readonly<Record<string, unknown>>;

  constructor(
    code: ErrorCode,
    problems: readonly Problem[],
    answer: Readonly<Record<string, unknown>> = {},
  ) {
    super(code, problems.map((problem) => problem.message).join('; '));
    this.problems = problems;
    this.answer = answer;
  }
}

/** Too much in too short a time. */
export class RateLimitedError extends AppError {
  override readonly name = 'RateLimitedError';

  /** @param retryAfterMs earliest sensible retry, milliseconds */
  constructor(retryAfterMs: number, message = 'too many requests') {
    super('RATE_LIMITED', message, { retryAfterMs });
  }
}
