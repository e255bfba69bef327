import type { JsonValue } from '../../kernel/json.ts';
import { isJsonObject } from '../../kernel/json.ts';

/** JSON by RFC 8785, exact numbers included: keys sorted by UTF-16 code units, no white space, numbers as ECMAScript writes them. */
export function canonicalJson(value: JsonValue): string {
  if (isJsonObject(value)) {
    let text = '';
    for (const key of Object.keys(value).toSorted()) {
      const member = value[key];
      text += `${text === '' ? '' : ','}${JSON.stringify(key)}:${canonicalJson(member ?? null)}`;
    }
    return `{${text}}`;
  }
  if (isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  return JSON.stringify(value);
}

/** `Array.isArray` alone does not know read-only ones. */
function isArray(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}
