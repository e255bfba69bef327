import { isJsonNumber, isJsonObject, type JsonObject, type JsonValue } from '../kernel/json.ts';
import { textOf } from './json-text.ts';

const shortestSecret = 4;
/** Stands where a secret was. */
export const hiddenText = '***';

/** A copy in which no text holds the value of a secret: for problems and events, which leave the run. */
export function redact<T extends JsonValue>(value: T, secrets: JsonObject): T {
  return redactTexts(value, secretTexts(secrets));
}

/** The same for many values. */
export function createRedaction(secrets: JsonObject): <T extends JsonValue>(value: T) => T {
  const texts = secretTexts(secrets);
  return (value) => redactTexts(value, texts);
}

/** A copy in which no text holds one of these. */
export function redactTexts<T extends JsonValue>(value: T, texts: readonly string[]): T {
  if (texts.length === 0) return value;
  // Redaction changes texts only, those of names included, never the structure.
  return redacted(value, texts) as T;
}

/** The texts of secrets that are hidden, and what they become when they are encoded as it is usual; the longest first. */
export function secretTexts(secrets: JsonObject): readonly string[] {
  if (Object.keys(secrets).length === 0) return [];
  const texts = Object.values(secrets)
    .flatMap(textsIn)
    .filter((text) => text.length >= shortestSecret)
    .flatMap((text) => [text, ...encoded(text)]);
  return [...new Set(texts)].toSorted((left, right) => right.length - left.length);
}

function encoded(text: string): string[] {
  const bytes = Buffer.from(text);
  const json = JSON.stringify(text).slice(1, -1);
  return [...inBase64(bytes), bytes.toString('hex'), encodeURIComponent(text.toWellFormed()), json];
}

/** Within a longer text the bytes of a secret may begin at any of three places of a group; what is the same in all stays. */
function inBase64(bytes: Buffer): string[] {
  return [0, 1, 2].flatMap((before) => {
    const whole = Buffer.concat([Buffer.alloc(before), bytes]);
    const start = Math.ceil((before * 8) / 6);
    const end = Math.floor((whole.length * 8) / 6);
    const core = whole.toString('base64url').slice(start, end);
    if (core.length < shortestSecret * 2) return [];
    return [core, core.replaceAll('-', '+').replaceAll('_', '/')];
  });
}

function redacted(value: JsonValue, texts: readonly string[]): JsonValue {
  if (typeof value === 'string') return inText(value, texts);
  // A secret of digits may come back as a number.
  if (isJsonNumber(value)) return texts.includes(textOf(value)) ? hiddenText : value;
  if (Array.isArray(value)) return value.map((item: JsonValue) => redacted(item, texts));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [inText(key, texts), redacted(item, texts)]),
  );
}

function inText(value: string, texts: readonly string[]): string {
  return texts.reduce((text, secret) => text.replaceAll(secret, hiddenText), value);
}

function textsIn(value: JsonValue): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}
