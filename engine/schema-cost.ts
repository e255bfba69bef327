import { isJsonObject, type JsonObject, type JsonValue } from '../kernel/json.ts';
import { isJsonArray } from './json-text.ts';

/** Keyword that every priced schema carries: what one look at a value costs, `[fixed, for each unit of the value, for each error so far]`. */
export const costKeyword = 'operandi:cost';

/** The largest schema that is compiled, in keywords and values. */
const maxNodes = 6_000;
const maxDepth = 100;
/** Characters that count as one unit. */
const textUnit = 8;

/** Keywords that hold schemas by name. */
const maps: ReadonlySet<string> = new Set([
  'properties',
  'patternProperties',
  '$defs',
  'definitions',
  'dependentSchemas',
  'dependencies',
]);
/** Keywords that hold values, which are no schemas whatever they look like. */
const values: ReadonlySet<string> = new Set(['enum', 'const', 'default', 'examples', 'example']);

interface Pricing {
  nodes: number;
}

/**
 * A copy of a schema in which each part says what applying it costs. With the number of times that parts are applied,
 * which is counted while a value is checked, that bounds the work: whatever refers to whatever, nothing is free.
 */
export function priced(schema: JsonObject): JsonObject {
  const result = pricedObject(schema, { nodes: 0 }, 0);
  requirePricedTargets(result, result);
  return result;
}

function pricedPart(value: JsonValue, pricing: Pricing, depth: number): JsonValue {
  if (isJsonArray(value)) {
    count(pricing, value.length, depth);
    return value.map((item) => pricedPart(item, pricing, depth + 1));
  }
  return isJsonObject(value) ? pricedObject(value, pricing, depth) : value;
}

function pricedObject(schema: JsonObject, pricing: Pricing, depth: number): JsonObject {
  const entries = Object.entries(schema);
  count(pricing, entries.length + 1, depth);
  let fixed = 1;
  let perUnit = 0;
  const parts = entries.map(([key, value]): [string, JsonValue] => {
    const cost = costOf(key, value);
    fixed += cost.fixed;
    perUnit += cost.perUnit;
    if (values.has(key)) return [key, value];
    if (!maps.has(key) || !isJsonObject(value)) return [key, pricedPart(value, pricing, depth + 1)];
    count(pricing, Object.keys(value).length, depth);
    return [key, mapped(value, (part) => pricedPart(part, pricing, depth + 2))];
  });
  return {
    ...Object.fromEntries(parts),
    [costKeyword]: [fixed, perUnit, '$ref' in schema || '$dynamicRef' in schema ? 1 : 0],
  };
}

function mapped(map: JsonObject, change: (part: JsonValue) => JsonValue): JsonObject {
  return Object.fromEntries(Object.entries(map).map(([name, part]) => [name, change(part)]));
}

interface Cost {
  readonly fixed: number;
  readonly perUnit: number;
}

/** What a keyword itself costs, without the schemas in it: those are priced on their own. */
function costOf(key: string, value: JsonValue): Cost {
  if (values.has(key))
    return { fixed: sizeOf(value), perUnit: isJsonArray(value) ? value.length : 1 };
  if (key === 'pattern') return { fixed: 1, perUnit: sizeOf(value) * textUnit };
  if (key === 'patternProperties')
    return { fixed: 1, perUnit: Object.keys(objectOr(value)).join().length };
  if (lists.has(key)) return { fixed: sizeOfEntries(value), perUnit: 0 };
  return { fixed: 1, perUnit: wholes.has(key) ? 1 : 0 };
}

/** Keywords that look at each entry of their own. */
const lists: ReadonlySet<string> = new Set([
  'properties',
  'required',
  'dependentRequired',
  'dependentSchemas',
]);
/** Keywords that look at the whole of a value. */
const wholes: ReadonlySet<string> = new Set([
  'format',
  'uniqueItems',
  'propertyNames',
  'additionalProperties',
  'unevaluatedProperties',
  'unevaluatedItems',
]);

function objectOr(value: JsonValue): JsonObject {
  return isJsonObject(value) ? value : {};
}

function sizeOfEntries(value: JsonValue): number {
  return typeof value === 'object' && value !== null ? Object.keys(value).length : 1;
}

/** Values in a value, long texts for more than one. */
function sizeOf(value: JsonValue): number {
  if (typeof value === 'string') return 1 + Math.floor(value.length / textUnit);
  if (!isJsonArray(value) && !isJsonObject(value)) return 1;
  return Object.values<JsonValue>(value).reduce<number>((sum, item) => sum + sizeOf(item), 1);
}

function count(pricing: Pricing, nodes: number, depth: number): void {
  pricing.nodes += nodes;
  if (pricing.nodes > maxNodes)
    throw new RangeError(`the schema has more than ${String(maxNodes)} parts`);
  if (depth > maxDepth)
    throw new RangeError(`the schema is nested deeper than ${String(maxDepth)} levels`);
}

/** A pointer to what is no schema would be applied unpriced. */
function requirePricedTargets(part: JsonValue, root: JsonObject): void {
  if (!isJsonArray(part) && !isJsonObject(part)) return;
  const base = isJsonObject(part) && typeof part['$id'] === 'string' ? part : root;
  for (const [key, value] of Object.entries<JsonValue>(part)) {
    if (values.has(key)) continue;
    if (key === '$ref' && typeof value === 'string') requirePriced(value, base);
    else requirePricedTargets(value, base);
  }
}

function requirePriced(reference: string, root: JsonObject): void {
  const [document = '', pointer = ''] = reference.split('#', 2);
  if (!pointer.startsWith('/')) return;
  const target = document === '' ? valueAt(root, pointer) : undefined;
  const isSchema = isJsonObject(target) ? Object.hasOwn(target, costKeyword) : target === true;
  if (!isSchema && target !== false)
    throw new TypeError(`can't resolve reference ${reference}: there is no schema at that place`);
}

function valueAt(root: JsonValue, pointer: string): JsonValue | undefined {
  let value: JsonValue | undefined = root;
  for (const token of pointer.split('/').slice(1).map(unescaped)) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = isJsonArray(value) ? value[Number(token)] : objectOr(value)[token];
  }
  return value;
}

function unescaped(token: string): string {
  return decoded(token).replaceAll('~1', '/').replaceAll('~0', '~');
}

function decoded(token: string): string {
  try {
    return decodeURIComponent(token);
  } catch {
    return token;
  }
}

/** Units of a value itself, without what its items hold. */
export function ownSize(value: unknown): number {
  if (typeof value === 'string') return 1 + value.length / textUnit;
  if (Array.isArray(value)) return 1 + value.length;
  if (typeof value !== 'object' || value === null) return 1;
  return Object.keys(value).reduce((sum, key) => sum + 1 + key.length / textUnit, 1);
}
