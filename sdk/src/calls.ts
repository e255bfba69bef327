/** What every call can be told. */
export interface CallOptions {
  /** Ends the call at once; it rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** The longest that one attempt may take, milliseconds. @default that of the client */
  readonly timeoutMs?: number | undefined;
  /** The longest that the call may take, attempts and waits together, milliseconds. @default no such limit */
  readonly deadlineMs?: number | undefined;
  /** Attempts after the first. @default that of the client */
  readonly maxRetries?: number | undefined;
}

export interface SendOptions extends CallOptions {
  /**
   * True when sending the request twice does no harm; then it is repeated after a passing fault. @default true for a query. A
   * mutation that is refused before it began (RATE_LIMITED, a credential that was renewed) is always sent again.
   */
  readonly isRepeatable?: boolean | undefined;
}

/** An attempt that is about to be made. */
export interface Attempt {
  /** Name of the operation. */
  readonly operation: string;
  /** From 1. */
  readonly attempt: number;
  /** Goes along; set `traceparent` here. */
  readonly headers: Headers;
}

/** What came of an attempt. */
export interface AttemptEnd extends Omit<Attempt, 'headers'> {
  readonly durationMs: number;
  /** HTTP status; undefined when no answer came. */
  readonly status: number | undefined;
  /** Names the request in the platform's log. */
  readonly requestId: string | undefined;
  readonly error: unknown;
}

/** A retry that is about to be waited for. */
export interface Retry extends Omit<Attempt, 'headers'> {
  readonly waitMs: number;
  /** What the attempt met. */
  readonly error: unknown;
}

/** What is told of each attempt over HTTP, for traces, logs and measures. What they throw, the call throws. */
export interface Hooks {
  onRequest?(attempt: Attempt): void | Promise<void>;
  onResponse?(end: AttemptEnd): void;
  onRetry?(retry: Retry): void;
}
