import type { JsonValue } from '../../../kernel/json.ts';
import type { HmacSettings } from './hmac-settings.ts';

/** What came: headers by their names in lower case, and the body byte for byte. */
export interface InboundMessage {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** What a message says of its signature, before anything of it is believed. */
export interface Claim {
  readonly algorithm: 'sha256' | 'sha512';
  /** Signed as one text, in this order. */
  readonly signed: readonly (string | Uint8Array)[];
  /** One that fits is enough. */
  readonly signatures: readonly Buffer[];
  /** Seconds since 1970; undefined where the scheme signs no time. */
  readonly timestamp: number | undefined;
  /** Of the delivery, where the signature covers it. */
  readonly id: string | undefined;
}

/** What the event of a message is called. */
export interface EventNames {
  readonly type: string;
  /** Of the delivery, where the signed body has it. */
  readonly id?: string | undefined;
  readonly subject?: string | undefined;
  /** What the sender calls the delivery, unsigned: for looking it up there. */
  readonly deliveryId?: string | undefined;
}

/** The ways of one kind of sender. */
export interface Scheme {
  /** Undefined when headers are missing or malformed. */
  claim(message: InboundMessage, settings: HmacSettings | undefined): Claim | undefined;
  keyOf(secret: string): Buffer;
  name(message: InboundMessage, data: JsonValue, settings: HmacSettings | undefined): EventNames;
  /** The text with which it wants to be answered instead of an event. */
  challenge?(data: JsonValue): string | undefined;
}

/** More signatures than any sender has secrets are not looked at. */
const maxSignatures = 10;

/** The signatures that are well written, in hexadecimal or base64. */
export function signaturesIn(
  texts: readonly string[],
  encoding: 'hex' | 'base64',
): readonly Buffer[] {
  const pattern = encoding === 'hex' ? /^(?:[0-9a-f]{2})+$/i : /^[A-Za-z0-9+/]+={0,2}$/;
  return texts
    .slice(0, maxSignatures)
    .filter((text) => pattern.test(text))
    .map((text) => Buffer.from(text, encoding));
}

/** Whole seconds since 1970; undefined for anything else. */
export function secondsIn(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,12}$/.test(text) ? Number(text) : undefined;
}

/** The key is the text itself. */
export function plainKey(secret: string): Buffer {
  return Buffer.from(secret);
}

/** A text at a path of member names; undefined where there is none. */
export function textAt(data: JsonValue, ...path: readonly string[]): string | undefined {
  let value: JsonValue | undefined = data;
  for (const name of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name))
      return undefined;
    value = (value as Readonly<Record<string, JsonValue>>)[name];
  }
  return typeof value === 'string' && value !== '' ? value : undefined;
}
