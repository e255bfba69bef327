import { GraphQLError, GraphQLScalarType, Kind } from 'graphql';
import type { ValueNode } from 'graphql';

import { ExactNumber, numberOf } from '../../kernel/exact-number.ts';
import { findOutOfRange, isJsonObject } from '../../kernel/json.ts';
import type { JsonValue } from '../../kernel/json.ts';

const maxDepth = 64;
const timePattern = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$/i;

/** RFC 3339 in; UTC with milliseconds out. */
export const dateTimeScalar = new GraphQLScalarType<string, string>({
  name: 'DateTime',
  serialize: (value) => normalTime(value instanceof Date ? value.toISOString() : value),
  parseValue: normalTime,
  parseLiteral: (node) => normalTime(node.kind === Kind.STRING ? node.value : undefined),
});

/** Any JSON value, bounded in depth and without the key that could reach a prototype. */
export const jsonScalar = new GraphQLScalarType<JsonValue, JsonValue>({
  name: 'JSON',
  serialize: asJson,
  parseValue: checkedJson,
  parseLiteral: (node, variables) => {
    checkLiteralDepth(node, maxDepth);
    return checkedJson(valueOfLiteral(node, variables));
  },
});

function normalTime(value: unknown): string {
  const isTime =
    typeof value === 'string' && timePattern.test(value) && !Number.isNaN(Date.parse(value));
  if (!isTime) throw refused('a DateTime is RFC 3339 text, e.g. "2026-01-31T08:00:00.000Z"');
  return new Date(value).toISOString();
}

function checkedJson(value: unknown): JsonValue {
  const json = asJson(value);
  checkJson(json, maxDepth);
  checkRange(json);
  return json;
}

function checkRange(value: JsonValue): void {
  const odd = findOutOfRange(value);
  if (odd === undefined) return;
  const place = odd.path.length === 0 ? '' : ` at ${odd.path.join('.')}`;
  throw refused(`the number ${odd.text.slice(0, 40)}${place} is out of range`);
}

function checkJson(value: JsonValue, levels: number): void {
  if (typeof value === 'number' && !Number.isFinite(value))
    throw refused('a number is out of range');
  if (typeof value !== 'object' || value === null || value instanceof ExactNumber) return;
  if (levels === 0) throw refused(`JSON is nested deeper than ${String(maxDepth)} levels`);
  if (isJsonObject(value) && Object.hasOwn(value, '__proto__'))
    throw refused('JSON must not have the key __proto__');
  for (const member of Object.values<JsonValue>(value)) checkJson(member, levels - 1);
}

function checkLiteralDepth(node: ValueNode, levels: number): void {
  if (levels === 0) throw refused(`JSON is nested deeper than ${String(maxDepth)} levels`);
  if (node.kind === Kind.LIST) for (const item of node.values) checkLiteralDepth(item, levels - 1);
  if (node.kind === Kind.OBJECT)
    for (const field of node.fields) checkLiteralDepth(field.value, levels - 1);
}

/** As graphql-js reads a literal of no known type, but numbers keep their digits. */
function valueOfLiteral(node: ValueNode, variables: Variables): JsonValue {
  switch (node.kind) {
    case Kind.LIST:
      return node.values.map((item) => valueOfLiteral(item, variables));
    case Kind.OBJECT:
      return Object.fromEntries(
        node.fields.map(({ name, value }) => [name.value, valueOfLiteral(value, variables)]),
      );
    case Kind.VARIABLE:
      return asJson(variables?.[node.name.value] ?? null);
    case Kind.NULL:
      return null;
    default:
      return node.kind === Kind.INT || node.kind === Kind.FLOAT ? numberOf(node.value) : node.value;
  }
}

type Variables = Parameters<GraphQLScalarType['parseLiteral']>[1];

// Guaranteed by both sources: variables come from JSON.parse, output from JSON columns.
function asJson(value: unknown): JsonValue {
  return value as JsonValue;
}

function refused(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: 'BAD_USER_INPUT' } });
}
