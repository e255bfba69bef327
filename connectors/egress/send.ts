import type { Dispatcher } from 'undici';

import { currentTrace } from '../../kernel/current-trace.ts';
import { AppError } from '../../kernel/errors.ts';
import { IntegrationError } from '../errors.ts';
import { abortReason, isTimedOut } from './abort.ts';
import { acceptedEncodings, readBody } from './read-body.ts';
import type { CallTrace } from './trace.ts';

/** One request on the wire. */
export interface Hop {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array | undefined;
  /** True when it asks for no effect. */
  readonly isSafe: boolean;
}

export interface HopResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export interface SendOptions {
  readonly pool: Dispatcher;
  /** How messages call the other side. */
  readonly name: string;
  readonly maxResponseBytes: number;
  readonly isBodyIgnored: boolean;
  readonly trace: CallTrace | undefined;
  readonly signal: AbortSignal;
}

/** What is read of a body that nobody wants, so that its connection can be used again, bytes. */
const ignoredBytes = 16_384;

// Failures before the request left: the other side cannot have acted.
const notSentCodes: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** Sends one request and reads the whole answer; every failure of the other side is an `IntegrationError`. */
export async function send(hop: Hop, options: SendOptions): Promise<HopResponse> {
  if (options.signal.aborted) throw abortReason(options.signal);
  try {
    return await exchange(hop, options);
  } catch (error) {
    throw describe(error, hop, options);
  }
}

async function exchange(
  hop: Hop,
  { pool, name, maxResponseBytes, isBodyIgnored, trace, signal }: SendOptions,
): Promise<HopResponse> {
  const response = await pool.request({
    method: hop.method,
    origin: hop.url.origin,
    path: `${hop.url.pathname}${hop.url.search}`,
    headers: {
      'accept-encoding': acceptedEncodings,
      ...currentTrace()?.headers,
      ...ownName(hop.headers),
      ...hop.headers,
    },
    body: hop.body ?? null,
    signal,
  });
  trace?.enter('body');
  const headers = flatten(response.headers);
  if (isBodyIgnored) {
    // What is longer closes the connection; one that comes too slowly is left at the deadline.
    await response.body.dump({ limit: ignoredBytes, signal }).catch(() => undefined);
    return { status: response.statusCode, headers, body: Buffer.alloc(0) };
  }
  const encoding = hop.method === 'HEAD' ? undefined : headers['content-encoding'];
  const body = await readBody(response.body, { encoding, maxBytes: maxResponseBytes, name });
  return { status: response.statusCode, headers, body };
}

/** Some peers refuse whoever does not say what it is. */
function ownName(headers: Hop['headers']): Hop['headers'] {
  const isNamed = Object.keys(headers).some((name) => name.toLowerCase() === 'user-agent');
  return isNamed ? {} : { 'user-agent': 'operandi' };
}

function flatten(headers: NodeJS.Dict<string | string[]>): Record<string, string> {
  const flat: Record<string, string> = {};
  for (const name in headers) {
    const value = headers[name];
    if (value !== undefined) flat[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return flat;
}

function describe(error: unknown, hop: Hop, { name, signal }: SendOptions): Error {
  if (error instanceof AppError) return error;
  const mayAct = !hop.isSafe;
  if (isTimedOut(signal)) {
    return new IntegrationError(`${name} did not answer in time`, {
      isRetryable: true,
      isLate: true,
      isOutcomeUnknown: mayAct,
      cause: error,
    });
  }
  if (signal.aborted) return abortReason(signal);
  const code = codeOf(error);
  if (code === 'UND_ERR_INVALID_ARG')
    return new AppError('BAD_USER_INPUT', `the request to ${name} is malformed`, { cause: error });
  if (isCertificateFault(code)) return distrusted(name, code, error);
  const isSent = !hasNotLeft(code);
  const what = isSent ? 'broke the connection' : unreachable(name, hop.url.host);
  return new IntegrationError(`${name} ${what} (${code})`, {
    isRetryable: true,
    isOutcomeUnknown: isSent && mayAct,
    cause: error,
  });
}

/** Says where a system was looked for, unless it is called so. */
export function unreachable(name: string, place: string): string {
  return name === place ? 'cannot be reached' : `cannot be reached at ${place}`;
}

/** True for the code of a failure before anything was sent. */
export function hasNotLeft(code: string): boolean {
  return notSentCodes.has(code);
}

/** True for a method that asks for no effect. */
export function isSafe(method: string): boolean {
  return method === 'GET' || method === 'HEAD' || method === 'OPTIONS' || method === 'TRACE';
}

/** The error of a peer whose certificate is not trusted. */
export function distrusted(name: string, code: string, cause: unknown): IntegrationError {
  return new IntegrationError(`${name} shows a certificate that is not trusted (${code})`, {
    isRetryable: false,
    cause,
  });
}

/** True for the code of a certificate that is not trusted. */
export function isCertificateFault(code: string): boolean {
  return /^(?:ERR_TLS|CERT_|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|HOSTNAME_MISMATCH)/u.test(code);
}

/** The code of an error, or `UNKNOWN`. */
export function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null || !('code' in error)) return 'UNKNOWN';
  return typeof error.code === 'string' ? error.code : 'UNKNOWN';
}
