import { isJsonNumber, isJsonObject, type JsonObject, type JsonValue } from '../../kernel/json.ts';
import { partAt } from '../parts/document-parts.ts';

/** Whose side a value is on: what only the other side writes is not asked for. */
export type Side = 'request' | 'response';

interface Conversion {
  readonly document: JsonObject;
  readonly side: Side;
  /** Names under which parts are kept, by their reference in the document. */
  readonly names: Map<string, string>;
}

/** Parts of one schema; what is beyond them is left open. */
const maxDefinitions = 200;

/** Keys whose values are data and no schemas. */
const data: ReadonlySet<string> = new Set(['enum', 'const', 'default', 'example', 'examples']);
/** Keys of OpenAPI that JSON Schema does not know, or that say something else there. */
const foreign: ReadonlySet<string> = new Set([
  ...['nullable', 'discriminator', 'xml', 'externalDocs', 'example', 'examples', 'readOnly'],
  ...['writeOnly', 'deprecated', '$schema', '$id', '$anchor', 'id'],
]);
/** Formats of OpenAPI that say how a value is written down, and not which values there are. */
const knownFormats: ReadonlySet<string> = new Set([
  ...['date', 'date-time', 'time', 'duration', 'email', 'hostname', 'ipv4', 'ipv6', 'uri', 'uuid'],
]);

/**
 * A schema of the document as JSON Schema 2020-12 that stands for itself: what it refers to is in `$defs`, each part once, so
 * that parts may refer to themselves.
 */
export function standalone(document: JsonObject, schema: JsonValue, side: Side): JsonObject {
  const conversion: Conversion = { document, side, names: new Map() };
  const converted = convert(conversion, schema);
  const whole = isJsonObject(converted) ? converted : {};
  const definitions: Record<string, JsonValue> = {};
  // Parts that refer to further parts add to the names while these are gone through, in place of one call in another.
  for (const [reference, name] of conversion.names)
    definitions[name] = convert(conversion, partAt(document, reference) ?? {});
  return conversion.names.size === 0 ? whole : { ...whole, $defs: definitions };
}

function convert(conversion: Conversion, schema: JsonValue): JsonValue {
  if (!isJsonObject(schema)) return typeof schema === 'boolean' ? schema : {};
  const { $ref } = schema;
  if (typeof $ref === 'string') return referenceTo(conversion, $ref);
  const members = Object.entries(schema).flatMap(([key, value]): [string, JsonValue][] => {
    if (foreign.has(key) || key.startsWith('x-')) return [];
    return data.has(key) ? [[key, value]] : member(conversion, key, value);
  });
  const bare = withBounds(
    { ...Object.fromEntries(members), ...requiredOf(conversion, schema) },
    schema,
  );
  return schema['nullable'] === true ? { anyOf: [bare, { type: 'null' }] } : bare;
}

/** Keywords whose value is an object of schemas, a list of them, or one. */
const ofSchemas: ReadonlySet<string> = new Set([
  ...['properties', 'patternProperties', 'dependentSchemas', '$defs', 'definitions'],
]);
const lists: ReadonlySet<string> = new Set(['allOf', 'anyOf', 'oneOf', 'prefixItems']);
const single: ReadonlySet<string> = new Set([
  ...['items', 'not', 'if', 'then', 'else', 'contains', 'propertyNames'],
  ...['additionalProperties', 'unevaluatedProperties', 'unevaluatedItems'],
]);

function member(conversion: Conversion, key: string, value: JsonValue): [string, JsonValue][] {
  if (ofSchemas.has(key)) return [[key, mapValues(value, (part) => convert(conversion, part))]];
  if (lists.has(key))
    return [[key, isArray(value) ? value.map((part) => convert(conversion, part)) : []]];
  if (single.has(key)) return [[key, convert(conversion, value)]];
  return simpleMember(key, value);
}

function simpleMember(key: string, value: JsonValue): [string, JsonValue][] {
  // What is required depends on the side, and is added for it.
  if (key === 'required') return [];
  if (key === 'type') return [[key, value === 'file' ? 'string' : value]];
  const isUnknownFormat =
    key === 'format' && !(typeof value === 'string' && knownFormats.has(value));
  return isUnknownFormat ? [] : [[key, value]];
}

/** In OpenAPI 3.0 the exclusive bounds are yes or no. */
function withBounds(
  converted: JsonObject,
  { exclusiveMinimum, exclusiveMaximum, minimum, maximum }: JsonObject,
): JsonObject {
  const result: Record<string, JsonValue> = { ...converted };
  for (const [key, flag, bound] of [
    ['inimum', exclusiveMinimum, minimum],
    ['aximum', exclusiveMaximum, maximum],
  ] as const) {
    if (typeof flag !== 'boolean') continue;
    delete result[`exclusiveM${key}`];
    if (!flag || !isJsonNumber(bound)) continue;
    delete result[`m${key}`];
    result[`exclusiveM${key}`] = bound;
  }
  return result;
}

function requiredOf(
  { document, side }: Conversion,
  { required, properties }: JsonObject,
): JsonObject {
  if (!isArray(required)) return {};
  const theirs = side === 'request' ? 'readOnly' : 'writeOnly';
  const names = required.filter((name) => {
    if (typeof name !== 'string') return false;
    const property = isJsonObject(properties) ? (properties[name] ?? {}) : {};
    const found =
      isJsonObject(property) && typeof property['$ref'] === 'string'
        ? partAt(document, property['$ref'])
        : property;
    return !isJsonObject(found) || found[theirs] !== true;
  });
  return { required: names };
}

function referenceTo({ names }: Conversion, reference: string): JsonObject {
  const known = names.get(reference);
  if (known === undefined && names.size >= maxDefinitions) return {};
  const name = known ?? `d${String(names.size)}`;
  names.set(reference, name);
  return { $ref: `#/$defs/${name}` };
}

function mapValues(value: JsonValue, map: (value: JsonValue) => JsonValue): JsonObject {
  if (!isJsonObject(value)) return {};
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, map(item)]));
}

function isArray(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}
