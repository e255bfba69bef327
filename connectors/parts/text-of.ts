import type { JsonValue } from '../../kernel/json.ts';

/** A value as text: texts as they are, everything else as JSON. */
export function textOf(value: JsonValue | undefined): string {
  if (value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
