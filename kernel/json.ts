import { ExactNumber, isOutOfRange, numberOf } from './exact-number.ts';

/** Any value that JSON can carry. */
export type JsonValue =
  null | boolean | number | ExactNumber | string | readonly JsonValue[] | JsonObject;

/** A JSON object. */
export interface JsonObject {
  readonly [key: string]: JsonValue;
}

/** Levels that JSON from outside may be nested; what is deeper ends on the stack of whoever walks it. */
export const maxJsonDepth = 500;

/**
 * Commas and opening brackets that JSON from outside may have. Its cost is that of its members, not of its bytes: ten
 * megabytes of short names take seconds of the thread that reads them.
 */
export const maxJsonParts = 200_000;

/** True for a JSON object, false for null, arrays and scalars. */
export function isJsonObject(value: JsonValue | undefined): value is JsonObject {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof ExactNumber)
  );
}

/** True for any number of JSON, exact or plain. */
export function isJsonNumber(value: JsonValue | undefined): value is number | ExactNumber {
  return typeof value === 'number' || value instanceof ExactNumber;
}

/** `JSON.parse` that keeps the digits of numbers which a double would change. Throws SyntaxError. */
export function parseJson(text: string): JsonValue {
  return asJson(hasLongNumber(text) ? parseExactly(text) : JSON.parse(text));
}

/** For `JSON.parse` where its text is out of reach: as `parseJson`, some times slower. */
// The library's types do not know the third argument yet.
export function reviveNumber(
  _key: string,
  value: unknown,
  context?: { readonly source?: string },
): unknown {
  return typeof value === 'number' && context?.source !== undefined
    ? numberOf(context.source)
    : value;
}

/** A number of a value that is too large, too small or too long to be worked with. */
export interface OddNumber {
  readonly path: readonly (string | number)[];
  readonly text: string;
}

/** The first number of a value that nothing here can work with; undefined when there is none. */
export function findOutOfRange(value: unknown): OddNumber | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (value instanceof ExactNumber)
    return isOutOfRange(value) ? { path: [], text: value.text } : undefined;
  const members: Iterable<[string | number, unknown]> = Array.isArray(value)
    ? value.entries()
    : Object.entries(value);
  for (const [name, member] of members) {
    const below = findOutOfRange(member);
    if (below !== undefined) return { ...below, path: [name, ...below.path] };
  }
  return undefined;
}

/** `JSON.parse` for text of a stranger: passes over a byte order mark, throws SyntaxError beyond `maxJsonDepth` and `maxJsonParts`. */
export function parseOutsideJson(text: string): JsonValue {
  const { depth, parts } = extentOf(text);
  requireDepth(depth);
  if (parts > maxJsonParts)
    throw new SyntaxError(`JSON has more than ${String(maxJsonParts)} members`);
  return parseJson(text.startsWith('\ufeff') ? text.slice(1) : text);
}

/** Throws SyntaxError for a JSON text that is nested deeper than `maxJsonDepth`. */
export function checkJsonDepth(text: string): void {
  requireDepth(extentOf(text).depth);
}

function requireDepth(depth: number): void {
  if (depth <= maxJsonDepth) return;
  throw new SyntaxError(`JSON is nested deeper than ${String(maxJsonDepth)} levels`);
}

interface Extent {
  readonly depth: number;
  readonly parts: number;
}

/** How deep a JSON text is nested and what it has of commas and brackets; of text that is not JSON it says nothing. */
function extentOf(text: string): Extent {
  let depth = 0;
  let deepest = 0;
  let parts = 0;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit === 0x22) at = endOfString(text, at);
    else if (unit === 0x2c) parts += 1;
    else if (unit === 0x5b || unit === 0x7b) {
      parts += 1;
      deepest = Math.max(deepest, ++depth);
    } else if (unit === 0x5d || unit === 0x7d) depth -= 1;
  }
  return { depth: deepest, parts };
}

function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit === 0x22) return at;
    if (unit === 0x5c) at += 1;
  }
  return text.length;
}

/** Digits and points in a row from which on a number may have more digits than a double keeps. */
const longRun = 16;
const longExponent = /\d[eE][+-]?\d{3,}\s*(?:[,\]}]|$)/;

/** False for almost all texts without a number that a double would change; looks at a sixteenth of the characters. */
function hasLongNumber(text: string): boolean {
  for (let at = longRun - 1; at < text.length; at += longRun) {
    if (!isOfNumber(text.charCodeAt(at))) continue;
    let start = at;
    while (start > 0 && isOfNumber(text.charCodeAt(start - 1))) start -= 1;
    while (at + 1 < text.length && isOfNumber(text.charCodeAt(at + 1))) at += 1;
    if (at - start + 1 >= longRun && !isQuoted(text, start, at)) return true;
  }
  return longExponent.test(text);
}

function isOfNumber(unit: number): boolean {
  return unit < 0x3a && (unit > 0x2f || unit === 0x2e);
}

/** True for what is a string, or the start or end of one. */
function isQuoted(text: string, start: number, end: number): boolean {
  return text.charAt(start - 1) === '"' || text.charAt(end + 1) === '"';
}

function parseExactly(text: string): unknown {
  return JSON.parse(text, reviveNumber);
}

// `JSON.parse` gives nothing but JSON.
function asJson(value: unknown): JsonValue {
  return value as JsonValue;
}
