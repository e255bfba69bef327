import { isJsonObject, type JsonObject, type JsonValue } from '../kernel/json.ts';
import { pointerToken } from './dsl/finding.ts';
import { isJsonArray } from './json-text.ts';

/** A schema within a schema. */
export interface SchemaPart {
  readonly schema: JsonObject;
  /** JSON pointer from the outermost one. */
  readonly path: string;
}

/** Keywords that hold schemas by name. */
export const schemaMaps: ReadonlySet<string> = new Set([
  'properties',
  'patternProperties',
  '$defs',
  'definitions',
  'dependentSchemas',
  'dependencies',
]);

/** Keywords that hold values, which are no schemas whatever they look like. */
export const valueKeywords: ReadonlySet<string> = new Set([
  'enum',
  'const',
  'default',
  'examples',
  'example',
]);

/** Keywords that hold a schema, or a list of them. */
const schemaKeywords: ReadonlySet<string> = new Set([
  ...['allOf', 'anyOf', 'oneOf', 'not', 'if', 'then', 'else', 'prefixItems', 'items'],
  ...['additionalItems', 'contains', 'additionalProperties', 'propertyNames'],
  ...['unevaluatedItems', 'unevaluatedProperties', 'contentSchema'],
]);

/** A schema and all in it, in the order of the text. */
export function schemaParts(root: JsonValue): SchemaPart[] {
  const parts: SchemaPart[] = [];
  const pending: (readonly [JsonValue, string])[] = [[root, '']];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const [schema, path] = next;
    if (!isJsonObject(schema)) continue;
    parts.push({ schema, path });
    pending.push(...childrenOf(schema, path).toReversed());
  }
  return parts;
}

function childrenOf(schema: JsonObject, path: string): (readonly [JsonValue, string])[] {
  return Object.entries(schema).flatMap(([keyword, value]) => {
    const at = `${path}/${pointerToken(keyword)}`;
    if (schemaMaps.has(keyword)) return isJsonObject(value) ? entriesOf(value, at) : [];
    if (!schemaKeywords.has(keyword)) return [];
    return isJsonArray(value)
      ? value.map((item, index): readonly [JsonValue, string] => [item, `${at}/${String(index)}`])
      : [[value, at] as const];
  });
}

function entriesOf(map: JsonObject, path: string): (readonly [JsonValue, string])[] {
  return Object.entries(map).map(([name, part]) => [part, `${path}/${pointerToken(name)}`]);
}
