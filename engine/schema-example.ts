import { isJsonObject, type JsonObject, type JsonValue } from '../kernel/json.ts';
import { pointerTokens } from './dsl/finding.ts';
import { isJsonArray } from './json-text.ts';

const maxDepth = 8;
/** Values that an example has at most. */
const maxParts = 500;

interface Making {
  readonly root: JsonValue;
  left: number;
}

/** A value such as a schema describes: its own examples where it has some, one of each property otherwise; undefined where it says nothing. */
export function exampleOf(schema: JsonValue | undefined): JsonValue | undefined {
  return schema === undefined ? undefined : made(schema, { root: schema, left: maxParts }, 0);
}

function made(schema: JsonValue, making: Making, depth: number): JsonValue | undefined {
  making.left -= 1;
  if (!isJsonObject(schema) || depth > maxDepth || making.left < 0) return undefined;
  const next = (part: JsonValue) => made(part, making, depth + 1);
  const other = substituteFor(schema, making.root);
  return givenBy(schema) ?? (other === undefined ? composed(schema, next) : next(other));
}

/** The schema that one refers to, or the first of its alternatives. */
function substituteFor({ $ref, oneOf, anyOf }: JsonObject, root: JsonValue): JsonValue | undefined {
  const [alternative] = listOf(oneOf ?? anyOf);
  return typeof $ref === 'string' ? targetOf($ref, root) : alternative;
}

function composed(
  schema: JsonObject,
  next: (part: JsonValue) => JsonValue | undefined,
): JsonValue | undefined {
  const own = typed(schema, next);
  const parts = listOf(schema['allOf']).map(next).filter(isJsonObject);
  if (parts.length === 0) return own;
  const all: readonly JsonObject[] = isJsonObject(own) ? [...parts, own] : parts;
  return Object.fromEntries(all.flatMap((part) => Object.entries(part)));
}

/** What the author says a value looks like. */
function givenBy(schema: JsonObject): JsonValue | undefined {
  const [first] = [...listOf(schema['examples']), ...listOf(schema['enum'])];
  return first ?? schema['const'] ?? schema['default'];
}

function typed(
  schema: JsonObject,
  next: (part: JsonValue) => JsonValue | undefined,
): JsonValue | undefined {
  switch (typeOf(schema)) {
    case 'object':
      return objectOf(schema, next);
    case 'array':
      return listOf(schema['prefixItems'])
        .concat(schema['items'] ?? [])
        .map((part) => next(part) ?? null);
    case 'string':
      return textOf(schema['format']);
    case 'integer':
    case 'number':
      return numberOf(schema);
    case 'boolean':
      return true;
    default:
      return undefined;
  }
}

function typeOf({ type, properties, items }: JsonObject): JsonValue | undefined {
  if (type !== undefined) return listOf(type).find((each) => each !== 'null') ?? type;
  if (properties !== undefined) return 'object';
  return items === undefined ? undefined : 'array';
}

function objectOf(
  { properties }: JsonObject,
  next: (part: JsonValue) => JsonValue | undefined,
): JsonObject {
  const entries = Object.entries(isJsonObject(properties) ? properties : {});
  return Object.fromEntries(
    entries.flatMap(([name, part]) => {
      const value = next(part);
      return value === undefined ? [] : [[name, value] as const];
    }),
  );
}

function numberOf({ minimum, exclusiveMinimum, maximum, multipleOf }: JsonObject): number {
  const [bound] = [minimum, exclusiveMinimum, maximum].filter((each) => typeof each === 'number');
  const step = typeof multipleOf === 'number' ? multipleOf : 1;
  return bound === undefined ? step : bound === maximum ? bound : bound + step;
}

/** A text of a format; of one without there is no more to say than that it is a text. */
function textOf(format: JsonValue | undefined): string {
  return (typeof format === 'string' ? texts[format] : undefined) ?? 'text';
}

const texts: Readonly<Record<string, string>> = {
  'date-time': '2026-01-31T12:00:00Z',
  date: '2026-01-31',
  time: '12:00:00Z',
  duration: 'PT1H',
  email: 'a@example.com',
  uri: 'https://example.com/',
  uuid: '00000000-0000-7000-8000-000000000000',
};

function targetOf(reference: string, root: JsonValue): JsonValue | undefined {
  if (!reference.startsWith('#')) return undefined;
  let value: JsonValue | undefined = root;
  for (const token of pointerTokens(reference.slice(1)))
    value = isJsonObject(value) && Object.hasOwn(value, token) ? value[token] : undefined;
  return value;
}

function listOf(value: JsonValue | undefined): readonly JsonValue[] {
  return value !== undefined && isJsonArray(value) ? value : [];
}
