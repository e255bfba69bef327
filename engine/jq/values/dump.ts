import { ExactNumber } from '../../../kernel/exact-number.ts';
import type { JsonObject } from '../../../kernel/json.ts';
import type { Meter } from '../meter.ts';
import { isArray, kindOf } from './kinds.ts';
import type { Kind, Value } from './kinds.ts';
import { getProperty } from './objects.ts';

/** JSON text as jq prints it: compact, keys in the object's order, its own number format. */
export function dump(value: Value, meter: Meter): string {
  switch (typeof value) {
    case 'string':
      meter.allocate(value.length);
      meter.work(value.length >> 4);
      return quote(value);
    case 'number':
      meter.allocate(8);
      return formatNumber(value);
    case 'boolean':
      return value ? 'true' : 'false';
    default:
      if (value === null) return 'null';
      if (!(value instanceof ExactNumber)) return dumpContainer(value, meter);
      meter.allocate(value.text.length);
      return value.text;
  }
}

function dumpContainer(
  value: Exclude<Value, string | number | boolean | null | ExactNumber>,
  meter: Meter,
): string {
  meter.enter(dumpLevels);
  let text = '';
  let separator = '';
  if (isArray(value)) {
    for (const item of value) {
      meter.work(3);
      text += separator + dump(item, meter);
      separator = ',';
    }
  } else {
    for (const key of Object.keys(value)) {
      meter.work(4);
      text += `${separator}${quote(key)}:${dump(getProperty(value, key), meter)}`;
      separator = ',';
    }
  }
  meter.allocate(text.length);
  meter.leave(dumpLevels);
  return isArray(value) ? `[${text}]` : `{${text}}`;
}

const dumpLevels = 3;
const escaped = /["\\\p{Cc}]/u;

function quote(text: string): string {
  if (!escaped.test(text)) return `"${text}"`;
  return JSON.stringify(text).replaceAll('\x7f', '\\u007f');
}

/**
 * Shortest digits that read back the same. Whole numbers have no exponent where jq keeps a literal as it is: an id such
 * as 100000000000000000 must not become 1e+17 in an address.
 */
function formatNumber(value: number): string {
  if (isPlainInteger(value)) return String(value);
  if (Number.isNaN(value)) return 'null';
  if (value === 0) return Object.is(value, -0) ? '-0' : '0';
  const finite = Math.min(Math.abs(value), Number.MAX_VALUE);
  const [mantissa = '', exponent = ''] = finite.toExponential().split('e');
  const sign = value < 0 ? '-' : '';
  return sign + layOut(mantissa.replace('.', ''), Number(exponent) + 1, mantissa);
}

/** Whole, and small enough to be written without an exponent however few digits it has. */
function isPlainInteger(value: number): boolean {
  return Number.isInteger(value) && value !== 0 && Math.abs(value) < 1e21;
}

/** `digits` with the decimal point after `point` of them. */
function layOut(digits: string, point: number, mantissa: string): string {
  if (point <= -4 || point > 21) {
    const exponent = point - 1;
    const magnitude = String(Math.abs(exponent)).padStart(2, '0');
    return `${mantissa}e${exponent < 0 ? '-' : '+'}${magnitude}`;
  }
  if (point <= 0) return `0.${'0'.repeat(-point)}${digits}`;
  return point >= digits.length
    ? digits.padEnd(point, '0')
    : `${digits.slice(0, point)}.${digits.slice(point)}`;
}

const shownBytes = 29;

/** `number (1)`, `object ({"a":[1,2,3...)`: how jq's messages name a value. */
export function describe(value: Value, meter: Meter): string {
  return `${kindOf(value)} (${dumpStart(value, meter)})`;
}

/** The dump of a value; what is long is cut between two characters and closed again: `"abc..."`. */
export function dumpStart(value: Value, meter: Meter): string {
  const text = startOf(value, shownBytes + 1, meter);
  const bytes = Buffer.from(text);
  if (bytes.length <= shownBytes) return text;
  const close = closing[kindOf(value)] ?? '';
  let end = shownBytes - 3 - close.length;
  while (((bytes[end] ?? 0) & 0xc0) === 0x80) end--;
  return `${bytes.subarray(0, end).toString()}...${close}`;
}

const closing: Readonly<Partial<Record<Kind, string>>> = { string: '"', array: ']', object: '}' };

/** At least the first `wanted` characters of the dump, without the work of a whole one. */
function startOf(value: Value, wanted: number, meter: Meter): string {
  if (typeof value === 'string') return quote(value.slice(0, wanted));
  if (typeof value === 'number') return formatNumber(value);
  if (typeof value !== 'object' || value === null || value instanceof ExactNumber)
    return String(value);
  return isArray(value) ? startOfArray(value, wanted, meter) : startOfObject(value, wanted, meter);
}

function startOfArray(array: readonly Value[], wanted: number, meter: Meter): string {
  let text = '[';
  for (const item of array) {
    if (text.length >= wanted) return text;
    text += (text === '[' ? '' : ',') + startOf(item, wanted - text.length, meter);
  }
  return `${text}]`;
}

function startOfObject(object: JsonObject, wanted: number, meter: Meter): string {
  const keys = Object.keys(object);
  meter.work(keys.length * 4);
  let text = '{';
  for (const key of keys) {
    if (text.length >= wanted) return text;
    const start = startOf(getProperty(object, key), wanted - text.length, meter);
    text += `${text === '{' ? '' : ','}${quote(key.slice(0, wanted))}:${start}`;
  }
  return `${text}}`;
}
