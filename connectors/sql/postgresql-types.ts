import pg from 'pg';

import { numberOf } from '../../kernel/exact-number.ts';
import { type JsonValue, parseOutsideJson } from '../../kernel/json.ts';

type Read = (text: string) => JsonValue;

/** Whole numbers keep their digits; what is no number of JSON, such as NaN, stays text. */
function number(text: string): JsonValue {
  return /^-?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i.test(text) ? numberOf(text) : text;
}

function json(text: string): JsonValue {
  try {
    return parseOutsideJson(text);
  } catch {
    return text;
  }
}

/** PostgreSQL writes bytes as `\x` and hexadecimal digits. */
function bytes(text: string): JsonValue {
  return { base64: Buffer.from(text.slice(2), 'hex').toString('base64') };
}

const scalars: ReadonlyMap<number, Read> = new Map<number, Read>([
  [16, (text) => text === 't'],
  [17, bytes],
  ...[20, 21, 23, 26, 700, 701].map((oid) => [oid, number] as const),
  [114, json],
  [3802, json],
]);

/** Element types by the type of their array. */
const elements: ReadonlyMap<number, number> = new Map([
  [1000, 16],
  [1001, 17],
  [1005, 21],
  [1007, 23],
  [1016, 20],
  [1021, 700],
  [1022, 701],
  [1028, 26],
  [199, 114],
  [3807, 3802],
  ...[1002, 1009, 1014, 1015, 1041, 1115, 1182, 1183, 1185, 1187, 1231, 2951].map(
    (oid) => [oid, 25] as const,
  ),
]);

/** Reads a value of a type by the text that the database gives; types without an entry are that text, decimals and dates too. */
export function readerOf(oid: number): Read {
  const element = elements.get(oid);
  if (element === undefined) return scalars.get(oid) ?? asText;
  const read = readerOf(element);
  return (text) => mapNested(parseTextArray(text), read);
}

function asText(text: string): JsonValue {
  return text;
}

const textArray = 1009;

// Arrays of all types have one form, so the reader of text arrays takes any of them apart; the library's types leave them out.
function parseTextArray(text: string): unknown {
  const parserOf = pg.types.getTypeParser as (oid: number) => (text: string) => unknown;
  return parserOf(textArray)(text);
}

function mapNested(value: unknown, read: Read): JsonValue {
  if (Array.isArray(value)) return value.map((item: unknown) => mapNested(item, read));
  return typeof value === 'string' ? read(value) : null;
}
