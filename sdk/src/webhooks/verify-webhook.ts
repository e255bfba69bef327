import type { UnknownEvent, WebhookEvent } from './events.ts';

/** Headers of a request, by whatever name a server gives them: `Headers`, or an object with names in any case. */
export type WebhookHeaders =
  | { get(name: string): string | null }
  | Readonly<Record<string, string | readonly string[] | undefined>>;

/** A request as it came. */
export interface SignedWebhook {
  /** The bytes of the body before anything has parsed them, or their text. */
  readonly body: string | Uint8Array<ArrayBuffer> | ArrayBuffer;
  readonly headers: WebhookHeaders;
}

export interface WebhookOptions {
  /** `whsec_…`, or several: while one is rotated both are good. */
  readonly secrets: string | readonly string[];
  /** How far the time of the request may be off, seconds. @default 300 */
  readonly toleranceSeconds?: number | undefined;
  /** @default the time now */
  readonly now?: Date | undefined;
}

/** Why a request is not believed. */
export type WebhookFault =
  'HEADERS_MISSING' | 'TOO_OLD' | 'TOO_NEW' | 'SIGNATURE_WRONG' | 'NOT_AN_EVENT';

/** The request is not from the platform, or not from now: answer 401 and do nothing. */
export class WebhookError extends Error {
  override readonly name = 'WebhookError';
  readonly code: WebhookFault;

  constructor(code: WebhookFault, message: string) {
    super(message);
    this.code = code;
  }
}

/**
 * Checks a signature by Standard Webhooks and answers the event; throws `WebhookError`. Keep the ids of a few days (`webhook-id`)
 * and leave out what you know: a delivery can come twice. Uses Web Crypto alone, so that it runs in Node, workers and browsers.
 */
export async function verifyWebhook(
  { body, headers }: SignedWebhook,
  { secrets, toleranceSeconds = 300, now = new Date() }: WebhookOptions,
): Promise<WebhookEvent | UnknownEvent> {
  const [id, timestamp, signatures] = ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map(
    (name) => headerOf(headers, name),
  );
  if (!id || !timestamp || !signatures)
    throw new WebhookError(
      'HEADERS_MISSING',
      'webhook-id, webhook-timestamp and webhook-signature have to be there',
    );
  checkTime(timestamp, toleranceSeconds, now);
  const bytes = typeof body === 'string' ? utf8.encode(body) : new Uint8Array(body);
  const signed = concat(utf8.encode(`${id}.${timestamp}.`), bytes);
  const given = typeof secrets === 'string' ? [secrets] : secrets;
  if (given.length === 0) throw new TypeError('there is no secret to verify with');
  const keys = await Promise.all(given.map((secret) => keyOf(secret)));
  if (!(await isSigned(signed, keys, signatures)))
    throw new WebhookError('SIGNATURE_WRONG', 'no signature is by one of the secrets');
  return eventOf(new TextDecoder().decode(bytes));
}

/** Headers as the platform signs a body, for tests of an endpoint of one's own. */
export async function signWebhook(
  body: string,
  {
    secret,
    id,
    now = new Date(),
  }: { readonly secret: string; readonly id: string; readonly now?: Date },
): Promise<Readonly<Record<'webhook-id' | 'webhook-timestamp' | 'webhook-signature', string>>> {
  const timestamp = String(Math.floor(now.getTime() / 1000));
  const signed = utf8.encode(`${id}.${timestamp}.${body}`);
  const signature = new Uint8Array(await crypto.subtle.sign('HMAC', await keyOf(secret), signed));
  return {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': `v1,${btoa(String.fromCharCode(...signature))}`,
  };
}

/** The types of Node have no name for it that browsers share. */
type Key = Awaited<ReturnType<typeof crypto.subtle.importKey>>;

const utf8 = new TextEncoder();
/** More than a sender has in a rotation; each costs a check. */
const mostSignatures = 16;

function headerOf(headers: WebhookHeaders, name: string): string | undefined {
  if (isHeaders(headers)) return headers.get(name) ?? undefined;
  const found = Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1];
  return typeof found === 'string' ? found : found?.[0];
}

function isHeaders(headers: WebhookHeaders): headers is { get(name: string): string | null } {
  return typeof headers.get === 'function';
}

function checkTime(timestamp: string, toleranceSeconds: number, now: Date): void {
  const ageSeconds = /^\d{1,12}$/u.test(timestamp)
    ? now.getTime() / 1000 - Number(timestamp)
    : Number.NaN;
  if (!(ageSeconds <= toleranceSeconds))
    throw new WebhookError('TOO_OLD', 'the time of the webhook is too long ago, or none');
  if (ageSeconds < -toleranceSeconds)
    throw new WebhookError(
      'TOO_NEW',
      'the time of the webhook is yet to come: is the clock right?',
    );
}

/** A variable of the environment that is not set is a secret that is none. */
async function keyOf(secret: unknown): Promise<Key> {
  const bytes = typeof secret === 'string' ? bytesOf(secret.replace(/^whsec_/u, '')) : undefined;
  if (bytes === undefined || bytes.length === 0)
    throw new TypeError('a secret is whsec_ with base64 behind it');
  return await crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, [
    'sign',
    'verify',
  ]);
}

/** Web Crypto compares in constant time. */
async function isSigned(
  signed: Uint8Array<ArrayBuffer>,
  keys: readonly Key[],
  signatures: string,
): Promise<boolean> {
  for (const signature of signatures.split(' ', mostSignatures)) {
    const bytes = signature.startsWith('v1,') ? bytesOf(signature.slice(3)) : undefined;
    if (bytes === undefined) continue;
    for (const key of keys) if (await crypto.subtle.verify('HMAC', key, bytes, signed)) return true;
  }
  return false;
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  } catch {
    return undefined;
  }
}

function concat(
  first: Uint8Array<ArrayBuffer>,
  second: Uint8Array<ArrayBuffer>,
): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(first.length + second.length);
  whole.set(first);
  whole.set(second, first.length);
  return whole;
}

// What is signed is what the platform made: its shape is that of the type.
function eventOf(text: string): WebhookEvent | UnknownEvent {
  try {
    const event: unknown = JSON.parse(text);
    if (
      typeof event === 'object' &&
      event !== null &&
      'type' in event &&
      typeof event.type === 'string'
    )
      return event as UnknownEvent;
  } catch {
    // Told below.
  }
  throw new WebhookError('NOT_AN_EVENT', 'the body is signed, but it is not a CloudEvent');
}
