/** Any value that JSON can carry. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject;

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
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** `JSON.parse` for text of a stranger: passes over a byte order mark, throws SyntaxError beyond `maxJsonDepth` and `maxJsonParts`. */
export function parseOutsideJson(text: string): JsonValue {
  const { depth, parts } = extentOf(text);
  requireDepth(depth);
  if (parts > maxJsonParts)
    throw new SyntaxError(`JSON has more than ${String(maxJsonParts)} members`);
  return asJson(JSON.parse(text.startsWith('\ufeff') ? text.slice(1) : text));
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

// `JSON.parse` gives nothing but JSON.
function asJson(value: unknown): JsonValue {
  return value as JsonValue;
}
