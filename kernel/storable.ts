import { parseJson, type JsonObject, type JsonValue } from './json.ts';

// What JSON can carry and PostgreSQL cannot keep: the escape of NUL or of half a surrogate pair, itself not escaped.
const unstorable = /(?<!\\)((?:\\\\)*)\\u(?:0000|d[89a-f][0-9a-f]{2})/g;

/** False for text that no database column takes: NUL characters and broken Unicode. */
export function isStorableText(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed();
}

/** False for a value with text that no database column takes. */
export function isStorable(value: JsonValue): boolean {
  return isStorableJson(JSON.stringify(value));
}

/** The same of the JSON text of a value. */
export function isStorableJson(text: string): boolean {
  return !text.includes('\\u') || text.search(unstorable) < 0;
}

/** Where a JSON value holds text or a name that no database column takes; undefined when nowhere. */
export function findUnstorable(value: unknown): readonly string[] | undefined {
  if (typeof value === 'string') return isStorableText(value) ? undefined : [];
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [name, member] of Object.entries(value)) {
    if (!isStorableText(name)) return [storableText(name)];
    const below = findUnstorable(member);
    if (below !== undefined) return [name, ...below];
  }
  return undefined;
}

/** The text with U+FFFD in place of what cannot be kept; for messages, names and reasons. */
export function storableText(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\ufffd');
}

/** The value with U+FFFD in place of what cannot be kept; for messages and events, where the form does not matter. */
export function toStorable<T extends JsonObject>(value: T): T {
  if (isStorable(value)) return value;
  // The text is the JSON of the value with other characters inside its strings.
  return parseJson(storableJson(value)) as T;
}

/** The JSON text of rows of a record, such that each can be kept; U+FFFD stands for what cannot. */
export function storableJson(value: unknown): string {
  const text = JSON.stringify(value);
  return text.includes('\\u') ? text.replaceAll(unstorable, '$1\\ufffd') : text;
}

/** Storable text of at most `maxLength` UTF-16 units; a longer one is cut between characters and ends with `…`. */
export function cutText(text: string, maxLength: number): string {
  if (text.length <= maxLength) return storableText(text);
  // One unit is for the ellipsis; half a pair at the cut goes with it.
  return `${storableText(text.slice(0, maxLength - 1)).replace(/\ufffd$/, '')}…`;
}
