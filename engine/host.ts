import type { JsonObject, JsonValue } from '../kernel/json.ts';

/** Where in a job an effect happens: unique per execution of a task, equal on every replay. */
export interface EffectContext {
  /** Journal key, e.g. `/do/2/post#0.1`: task pointer, loop iterations, attempt. */
  readonly key: string;
  /** JSON pointer of the task in the definition, e.g. `/do/2/post`. */
  readonly task: string;
  /** Stable across replays and retries of the same attempt; outside systems take it as idempotency key. */
  readonly idempotencyKey: string;
  /** Aborted when the job is cancelled, a timeout strikes or the worker loses its lease. */
  readonly signal: AbortSignal;
}

/** One call that leaves the engine: `http`, `openapi`, `integration`, `approval`, … with evaluated arguments. */
export interface CallRequest {
  readonly kind: string;
  readonly with: JsonObject;
}

/** A CloudEvent (CloudEvents 1.0, JSON format). */
export type CloudEvent = JsonObject & { readonly id: string; readonly source: string; readonly type: string };

/** Everything the interpreter cannot compute by itself. Results are journaled by the interpreter, never by the host. */
export interface Host {
  /** Wall-clock time, milliseconds since the epoch. */
  now(): number;
  /** Uniform in [0, 1). */
  random(): number;
  /** A new UUID. */
  uuid(): string;
  /** Performs an outside call; throws a `WorkflowError` for a failure the definition may catch. */
  call(request: CallRequest, effect: EffectContext): Promise<JsonValue>;
  /** Publishes an event of the definition's author (`emit`). */
  emit(event: CloudEvent, effect: EffectContext): Promise<void>;
  /** Value of a secret, or undefined when it does not exist or is not allowed. */
  secret(name: string): Promise<JsonValue | undefined>;
}
