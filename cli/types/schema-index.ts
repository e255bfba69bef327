import { isJsonObject, type JsonObject, type JsonValue } from '../../kernel/json.ts';
import { pointerTokens } from '../../engine/dsl/finding.ts';

/** A schema, and the address that its references start from. */
export interface Located {
  readonly schema: JsonValue;
  readonly base: string;
}

/** Finds what references of a schema mean, inside of it alone. */
export interface SchemaIndex {
  readonly root: Located;
  /** Undefined for what stands elsewhere, or nowhere. */
  find(reference: string, from: string): Located | undefined;
}

const home = 'schema:///';

/** Reads `$id`, `$anchor` and `$dynamicAnchor` (JSON Schema 2020-12, section 8.2) wherever they stand. */
export function indexSchema(schema: JsonValue): SchemaIndex {
  const places = new Map<string, Located>();
  index({ schema, base: home }, places);
  const root = { schema, base: isJsonObject(schema) ? baseOf(schema, home) : home };
  places.set(home, root);
  return {
    root,
    find(reference, from) {
      const address = resolved(reference, from);
      if (address === undefined) return undefined;
      const { document, fragment } = address;
      const start = places.get(document);
      if (start === undefined || fragment === '') return start;
      if (!fragment.startsWith('/')) return places.get(`${document}#${fragment}`);
      return below(start, pointerTokens(fragment));
    },
  };
}

function index(located: Located, places: Map<string, Located>): void {
  const { schema } = located;
  if (Array.isArray(schema)) {
    for (const item of schema as readonly JsonValue[]) index({ ...located, schema: item }, places);
    return;
  }
  if (!isJsonObject(schema)) return;
  const base = baseOf(schema, located.base);
  const here = { schema, base };
  if (base !== located.base) places.set(base, here);
  for (const name of ['$anchor', '$dynamicAnchor'] as const)
    if (typeof schema[name] === 'string') places.set(`${base}#${schema[name]}`, here);
  for (const member of Object.values(schema)) index({ schema: member, base }, places);
}

function baseOf(schema: JsonObject, base: string): string {
  const { $id } = schema;
  return typeof $id === 'string' ? (resolved($id, base)?.document ?? base) : base;
}

interface Address {
  readonly document: string;
  readonly fragment: string;
}

function resolved(reference: string, base: string): Address | undefined {
  const url = URL.parse(reference, base);
  if (url === null) return undefined;
  const fragment = decoded(url.hash.slice(1));
  url.hash = '';
  return fragment === undefined ? undefined : { document: url.href, fragment };
}

function decoded(fragment: string): string | undefined {
  try {
    return decodeURIComponent(fragment);
  } catch {
    return undefined;
  }
}

function below(start: Located, tokens: readonly string[]): Located | undefined {
  let { schema, base } = start;
  for (const token of tokens) {
    const next: JsonValue | undefined = memberOf(schema, token);
    if (next === undefined) return undefined;
    schema = next;
    if (isJsonObject(schema)) base = baseOf(schema, base);
  }
  return { schema, base };
}

function memberOf(value: JsonValue, token: string): JsonValue | undefined {
  if (Array.isArray(value)) return (value as readonly JsonValue[])[Number(token)];
  return isJsonObject(value) && Object.hasOwn(value, token) ? value[token] : undefined;
}
