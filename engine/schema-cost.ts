import { isJsonObject, type JsonObject, type JsonValue } from '../kernel/json.ts';
import { isJsonArray } from './json-text.ts';
import type { Dialect } from './schema-dialects.ts';
import { schemaMaps, valueKeywords } from './schema-parts.ts';

/** Keyword that every priced schema carries: what one look at a value costs, `[fixed, for each unit of the value, for each error so far]`. */
export const costKeyword = 'operandi:cost';

/** The largest schema that is compiled, in keywords and values. */
const maxNodes = 6_000;
const maxDepth = 100;
/** Characters that count as one unit. */
const textUnit = 8;

type PricedDialect = Pick<Dialect, 'isReferenceAlone' | 'keywords'>;

interface Pricing {
  nodes: number;
  readonly dialect: PricedDialect;
}

/**
 * A copy of a schema in which each part says what applying it costs. With the number of times that parts are applied,
 * which is counted while a value is checked, that bounds the work: whatever refers to whatever, nothing is free.
 */
export function priced(schema: JsonObject, dialect: PricedDialect): JsonObject {
  return pricedObject(schema, { nodes: 0, dialect }, 0);
}

function pricedPart(value: JsonValue, pricing: Pricing, depth: number): JsonValue {
  if (isJsonArray(value)) {
    count(pricing, value.length, depth);
    return value.map((item) => pricedPart(item, pricing, depth + 1));
  }
  return isJsonObject(value) ? pricedObject(value, pricing, depth) : value;
}

function pricedObject(schema: JsonObject, pricing: Pricing, depth: number): JsonObject {
  const entries = Object.entries(effective(schema, pricing));
  count(pricing, entries.length + 1, depth);
  let fixed = 1;
  let perUnit = 0;
  const parts = entries.map(([key, value]): [string, JsonValue] => {
    const cost = costOf(key, value);
    fixed += cost.fixed;
    perUnit += cost.perUnit;
    if (valueKeywords.has(key)) return [key, value];
    if (!pricing.dialect.keywords.has(key))
      return [key, pricedPart(withoutNames(value), pricing, depth + 1)];
    if (!schemaMaps.has(key) || !isJsonObject(value))
      return [key, pricedPart(value, pricing, depth + 1)];
    count(pricing, Object.keys(value).length, depth);
    return [key, mapped(value, (part) => pricedPart(part, pricing, depth + 2))];
  });
  return {
    ...Object.fromEntries(parts),
    [costKeyword]: [fixed, perUnit, '$ref' in schema || '$dynamicRef' in schema ? 1 : 0],
  };
}

/** The schema as the validator has to see it to do what JSON Schema says. */
function effective(schema: JsonObject, { dialect }: Pricing): JsonObject {
  if (dialect.isReferenceAlone && typeof schema['$ref'] === 'string') {
    const { $ref, definitions, $defs } = schema;
    return { $ref, ...(definitions && { definitions }), ...($defs && { $defs }) };
  }
  return withInheritedName(schema);
}

/** The validator passes over a property of this name. */
function withInheritedName(schema: JsonObject): JsonObject {
  const { properties, patternProperties, allOf = [] } = schema;
  if (!isJsonObject(properties) || !Object.hasOwn(properties, '__proto__')) return schema;
  const pattern = { '^__proto__$': properties['__proto__'] ?? true };
  if (patternProperties === undefined) return { ...schema, patternProperties: pattern };
  const others = isJsonArray(allOf) ? allOf : [];
  return { ...schema, allOf: [...others, { patternProperties: pattern }] };
}

/** In what is no schema nothing has a name that could be referred to. */
function withoutNames(value: JsonValue): JsonValue {
  if (isJsonArray(value)) return value.map(withoutNames);
  if (!isJsonObject(value)) return value;
  const kept = Object.entries(value).filter(
    ([key, item]) => typeof item !== 'string' || !names.has(key),
  );
  return mapped(Object.fromEntries(kept), withoutNames);
}

const names: ReadonlySet<string> = new Set(['$id', '$anchor', '$dynamicAnchor']);

function mapped(map: JsonObject, change: (part: JsonValue) => JsonValue): JsonObject {
  return Object.fromEntries(Object.entries(map).map(([name, part]) => [name, change(part)]));
}

interface Cost {
  readonly fixed: number;
  readonly perUnit: number;
}

/** What a keyword itself costs, without the schemas in it: those are priced on their own. */
function costOf(key: string, value: JsonValue): Cost {
  if (valueKeywords.has(key))
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

/** Units of a value itself, without what its items hold. */
export function ownSize(value: unknown): number {
  if (typeof value === 'string') return 1 + value.length / textUnit;
  if (Array.isArray(value)) return 1 + value.length;
  if (typeof value !== 'object' || value === null) return 1;
  return Object.keys(value).reduce((sum, key) => sum + 1 + key.length / textUnit, 1);
}
