import type { Authorization } from './authorization.ts';
import type { CacheRule } from './cache/rule.ts';
import type { CacheOutcome, CallTrace } from './trace.ts';

/** What one connection may take; every figure bounds memory or time. */
export interface ConnectionLimits {
  /** Requests a second, retries and redirects included; absent means unlimited. */
  readonly ratePerSecond?: number | undefined;
  /** Requests in flight at once. @default 16 */
  readonly concurrency: number;
  /** Requests that may wait for a slot before further ones are refused. @default 1000 */
  readonly maxQueued: number;
  /** Of one try, from the moment it is sent to the last byte, redirects included. @default 30 000 */
  readonly timeoutMs: number;
  /** Largest response body, also after decompression. @default 10 MiB */
  readonly maxResponseBytes: number;
  /** Tries in all of one request that may be repeated. @default 3 */
  readonly maxAttempts: number;
}

export const defaultLimits: ConnectionLimits = {
  concurrency: 16,
  maxQueued: 1000,
  timeoutMs: 30_000,
  maxResponseBytes: 10 * 1024 * 1024,
  maxAttempts: 3,
};

/** Identity and limits of a connection to one outside system. */
export interface ConnectionPolicy {
  /** Equal keys share sockets, limits, breaker and flights; it must name the tenant. */
  readonly key: string;
  /** How messages call it. */
  readonly name: string;
  readonly limits: ConnectionLimits;
  /** With what it shows who it is, where it uses TLS. @default nothing */
  readonly certificate?: ClientCertificate | undefined;
}

/** A certificate with its key, and whom to trust; texts in PEM. */
export interface ClientCertificate {
  /** Equal for equal certificates, such as the version of a credential: connections with others are others. */
  readonly identity: string;
  /** Absent with its key: nothing is shown to the peer, it is only trusted by `ca`. */
  readonly cert?: string;
  readonly key?: string;
  /** In place of the usual authorities. */
  readonly ca?: string | undefined;
}

export interface EgressRequest {
  readonly method: string;
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** Headers that prove who calls; they go to this origin alone. @default none but those of `headers` */
  readonly authorization?: Authorization | undefined;
  /** True when a repetition does no harm, e.g. an idempotency key is sent. @default by method */
  readonly isRepeatable?: boolean;
  /** True when it asks for no effect: its outcome is never unknown. @default by method */
  readonly isSafe?: boolean;
  /** In place of the connection's; `Infinity` leaves it to the caller's signal. */
  readonly timeoutMs?: number;
  /** Monotonic time by which the caller wants its answer, waiting and retries included. @default never */
  readonly deadlineAt?: number;
  /** Redirects to follow; 0 hands the 3xx back. @default 0 */
  readonly maxRedirects?: number;
  /** True when status and headers are all that is wanted: the body is not read, however long or late. @default false */
  readonly isBodyIgnored?: boolean;
  /** Whose answers it shares; `BYPASS` for a request of a kind with a cache that is not to have one. @default none, as of a kind without */
  readonly cache?: CacheRule | 'BYPASS' | undefined;
  /** Where its time is noted. */
  readonly trace?: CallTrace | undefined;
}

export interface EgressResponse {
  readonly status: number;
  /** Lower-case names; repeated ones joined by a comma. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** Where the answer came from, after redirects. */
  readonly url: string;
  /** Tries made, the last one included; none for one that was kept. */
  readonly attempts: number;
  /** How the cache took part; undefined for a request of a kind without. */
  readonly cache: CacheOutcome | undefined;
  /** True when another caller's equal request in flight answered this one. */
  readonly isShared: boolean;
  readonly durationMs: number;
}
