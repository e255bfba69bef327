/** What JSON can hold. */
export type Json =
  string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** JSON by RFC 8785: keys sorted by UTF-16 code units, no white space, numbers as ECMAScript writes them. */
export function canonicalJson(value: Json): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  const members = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`).join(',')}}`;
}

/** `Array.isArray` alone does not know read-only ones. */
function isArray(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
