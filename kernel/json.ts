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
  const extent = extentOf(text);
  requireDepth(extent);
  if (extent.parts > maxJsonParts)
    throw new SyntaxError(`JSON has more than ${String(maxJsonParts)} members`);
  const json = text.startsWith('\ufeff') ? text.slice(1) : text;
  return asJson(extent.hasLongNumber ? parseExactly(json) : JSON.parse(json));
}

/** As `parseJson`; throws SyntaxError for a text that is nested deeper than `maxJsonDepth`. */
export function parseShallowJson(text: string): JsonValue {
  // A reviver goes down into what was read, `JSON.parse` by itself does not.
  if (hasLongNumber(text)) return parseLooked(text);
  const value: unknown = JSON.parse(text);
  if (isContainer(value) && !isWithin(value, maxJsonDepth)) throw tooDeep();
  return asJson(value);
}

function parseLooked(text: string): JsonValue {
  requireDepth(extentOf(text));
  return asJson(parseExactly(text));
}

/** Whether a value is nested no deeper; to walk it costs a fifth of what looking through its text does. */
function isWithin(value: object, levels: number): boolean {
  if (levels === 0) return false;
  if (Array.isArray(value)) {
    for (const item of value as readonly unknown[])
      if (isContainer(item) && !isWithin(item, levels - 1)) return false;
    return true;
  }
  for (const key in value) {
    const member = (value as Readonly<Record<string, unknown>>)[key];
    if (isContainer(member) && !isWithin(member, levels - 1)) return false;
  }
  return true;
}

function isContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function requireDepth({ depth }: Extent): void {
  if (depth > maxJsonDepth) throw tooDeep();
}

function tooDeep(): SyntaxError {
  return new SyntaxError(`JSON is nested deeper than ${String(maxJsonDepth)} levels`);
}

interface Extent {
  readonly depth: number;
  readonly parts: number;
  /** False when a double holds each of its numbers. */
  readonly hasLongNumber: boolean;
}

/** How deep a JSON text is nested and what it has of commas and brackets; of text that is not JSON it says nothing. */
function extentOf(text: string): Extent {
  let depth = 0;
  let deepest = 0;
  let parts = 0;
  let longest = 0;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit === 0x22) at = endOfString(text, at);
    else if (unit === 0x2c) parts += 1;
    else if (unit === 0x5b || unit === 0x7b) {
      parts += 1;
      deepest = Math.max(deepest, ++depth);
    } else if (unit === 0x5d || unit === 0x7d) depth -= 1;
    else if (unit <= 0x39 && unit >= 0x30) {
      const start = at;
      at = endOfNumber(text, at);
      longest = Math.max(longest, weightOf(text, start, at));
    }
  }
  return { depth: deepest, parts, hasLongNumber: longest >= longRun };
}

/** The last digit, point or exponent of a number. */
function endOfNumber(text: string, start: number): number {
  let at = start;
  while (isPartOfNumber(text.charCodeAt(at + 1))) at += 1;
  return at;
}

function isPartOfNumber(unit: number): boolean {
  return isOfNumber(unit) || (unit | 0x20) === 0x65 || unit === 0x2b || unit === 0x2d;
}

/** How long a number is; one with an exponent of three digits or more is long enough. */
function weightOf(text: string, start: number, end: number): number {
  const length = end - start + 1;
  if (length < shortestExponent || length >= longRun) return length;
  return /[eE][+-]?\d{3}/.test(text.slice(start, end + 1)) ? longRun : length;
}

/** Most strings are short; beyond so many characters the engine's own search is many times as quick. */
const shortString = 32;

function endOfString(text: string, start: number): number {
  let from = start + 1;
  while (from < text.length) {
    let at = from;
    for (const far = Math.min(from + shortString, text.length); at < far; at += 1) {
      const unit = text.charCodeAt(at);
      if (unit === 0x22) return at;
      if (unit === 0x5c) at += 1;
    }
    const quote = text.indexOf('"', at);
    if (quote < 0) return text.length;
    if (!isEscaped(text, quote, at)) return quote;
    from = quote + 1;
  }
  return text.length;
}

/** True after an odd number of backslashes from a place on that is not escaped itself. */
function isEscaped(text: string, at: number, from: number): boolean {
  let first = at;
  while (first > from && text.charCodeAt(first - 1) === 0x5c) first -= 1;
  return (at - first) % 2 === 1;
}

/** Digits and points in a row from which on a number may have more digits than a double keeps. */
const longRun = 16;
/** `1e400` */
const shortestExponent = 5;
const longExponent = /[eE][+-]?\d\d\d+\s*(?:[,\]}]|$)/;

/** False for almost all texts without a number that a double would change; looks at a sixteenth of the characters. */
function hasLongNumber(text: string): boolean {
  for (let at = longRun - 1; at < text.length; at += longRun) {
    if (!isInRun(text, at)) continue;
    let start = at;
    while (start > 0 && isOfNumber(text.charCodeAt(start - 1))) start -= 1;
    while (at + 1 < text.length && isOfNumber(text.charCodeAt(at + 1))) at += 1;
    if (at - start + 1 >= longRun && !isQuoted(text, start, at)) return true;
  }
  return longExponent.test(text);
}

/** A long run goes on for eight characters to one side at least. */
function isInRun(text: string, at: number): boolean {
  const isOf = (place: number): boolean => isOfNumber(text.charCodeAt(place));
  return isOf(at) && ((isOf(at - 4) && isOf(at - 8)) || (isOf(at + 4) && isOf(at + 8)));
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
