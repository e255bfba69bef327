import type { JsonValue } from '../kernel/json.ts';

/** A value as text: texts as they are, everything else as compact JSON, nothing as an empty text. */
export function textOf(value: JsonValue | undefined): string {
  if (value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Narrows to an array; `Array.isArray` alone does not know read-only ones. */
export function isJsonArray(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}

/** What `JSON.parse` and YAML's core schema give is JSON and nothing else. */
export function asJson(parsed: unknown): JsonValue {
  return (parsed ?? null) as JsonValue;
}
