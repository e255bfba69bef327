import { isJsonObject, type JsonObject, type JsonValue } from '../kernel/json.ts';

/** How deep a sample follows the shape of its schema. */
const maxDepth = 6;
/** Properties and items that a sample has. */
const maxParts = 200;

/** Values with which a schema is tried before it is relied on: one of each type, and one of its own shape. */
export function samplesFor(schema: JsonValue): readonly JsonValue[] {
  const plain: readonly JsonValue[] = [null, true, 0, 'text', [], {}, [0, 'text', {}], { a: {} }];
  return isJsonObject(schema) ? [...plain, sampleOf(schema, { left: maxParts }, 0)] : plain;
}

function sampleOf(schema: JsonValue, parts: { left: number }, depth: number): JsonValue {
  if (!isJsonObject(schema) || depth > maxDepth || parts.left <= 0) return {};
  parts.left -= 1;
  const { items, prefixItems, properties } = schema;
  if (isJsonObject(properties)) return objectSample(properties, parts, depth);
  if (Array.isArray(prefixItems)) return [sampleOf(asJson(prefixItems[0]), parts, depth + 1)];
  if (items !== undefined) return [sampleOf(items, parts, depth + 1)];
  return schema['type'] === 'string' ? 'text' : {};
}

function objectSample(properties: JsonObject, parts: { left: number }, depth: number): JsonObject {
  const entries = Object.entries(properties).slice(0, maxParts);
  return Object.fromEntries(
    entries.map(([name, part]) => [name, sampleOf(part, parts, depth + 1)]),
  );
}

// An item of a JSON array, or nothing.
function asJson(value: unknown): JsonValue {
  return (value ?? null) as JsonValue;
}
