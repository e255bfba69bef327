import type { JsonObject, JsonValue } from '../kernel/json.ts';

// What JSON can carry and PostgreSQL cannot keep: the escape of NUL or of half a surrogate pair, itself not escaped.
const unstorable = /(?<!\\)((?:\\\\)*)\\u(?:0000|d[89a-f][0-9a-f]{2})/g;

/** False for a value with text that no database column takes: NUL characters and broken Unicode. */
export function isStorable(value: JsonValue): boolean {
  const text = JSON.stringify(value);
  return !text.includes('\\u') || text.search(unstorable) < 0;
}

/** The value with U+FFFD in place of what cannot be kept; for messages and events, where the form does not matter. */
export function toStorable(value: JsonObject): JsonObject {
  if (isStorable(value)) return value;
  return parseObject(JSON.stringify(value).replaceAll(unstorable, '$1\\ufffd'));
}

// The text is the JSON of an object with other characters inside its strings.
function parseObject(text: string): JsonObject {
  return JSON.parse(text) as JsonObject;
}
