/** Any value that JSON can carry. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject;

/** A JSON object. */
export interface JsonObject {
  readonly [key: string]: JsonValue;
}

/** Levels that JSON from outside may be nested; what is deeper ends on the stack of whoever walks it. */
export const maxJsonDepth = 500;

/** True for a JSON object, false for null, arrays and scalars. */
export function isJsonObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** `JSON.parse` for text of a stranger: passes over a byte order mark, throws SyntaxError beyond `maxJsonDepth`. */
export function parseOutsideJson(text: string): JsonValue {
  checkJsonDepth(text);
  return asJson(JSON.parse(text.startsWith('\ufeff') ? text.slice(1) : text));
}

/** Throws SyntaxError for a JSON text that is nested deeper than `maxJsonDepth`. */
export function checkJsonDepth(text: string): void {
  if (jsonDepth(text) <= maxJsonDepth) return;
  throw new SyntaxError(`JSON is nested deeper than ${String(maxJsonDepth)} levels`);
}

/** How deep a JSON text is nested; of text that is not JSON it says nothing. */
function jsonDepth(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit === 0x22) at = endOfString(text, at);
    else if (unit === 0x5b || unit === 0x7b) deepest = Math.max(deepest, ++depth);
    else if (unit === 0x5d || unit === 0x7d) depth -= 1;
  }
  return deepest;
}

function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit === 0x22) return at;
    if (unit === 0x5c) at += 1;
  }
  return text.length;
}

// `JSON.parse` gives nothing but JSON.
function asJson(value: unknown): JsonValue {
  return value as JsonValue;
}
