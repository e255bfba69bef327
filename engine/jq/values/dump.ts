import type { Meter } from '../budget.ts';
import { isArray, isObject, kindOf } from './kinds.ts';
import type { Value } from './kinds.ts';
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
      return value === null ? 'null' : dumpContainer(value, meter);
  }
}

function dumpContainer(
  value: Exclude<Value, string | number | boolean | null>,
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
const escaped = /["\\\x00-\x1f\x7f]/;

function quote(text: string): string {
  if (!escaped.test(text)) return `"${text}"`;
  return JSON.stringify(text).replaceAll('\x7f', '\\u007f');
}

/** Shortest digits that read back the same, an exponent outside 1e-5 < n < 10^(digits + 15). */
export function formatNumber(value: number): string {
  if (Number.isSafeInteger(value) && value !== 0) {
    if (value < 1e16 && value > -1e16 && value % 1000 !== 0) return String(value);
  }
  if (Number.isNaN(value)) return 'null';
  if (value === 0) return Object.is(value, -0) ? '-0' : '0';
  const finite = Math.min(Math.max(value, -Number.MAX_VALUE), Number.MAX_VALUE);
  const [mantissa = '', exponent = ''] = Math.abs(finite).toExponential().split('e');
  const sign = value < 0 ? '-' : '';
  return sign + layOut(mantissa.replace('.', ''), Number(exponent) + 1, mantissa);
}

/** `digits` with the decimal point after `point` of them. */
function layOut(digits: string, point: number, mantissa: string): string {
  if (point <= -4 || point > digits.length + 15) {
    const exponent = point - 1;
    const magnitude = String(Math.abs(exponent)).padStart(2, '0');
    return `${mantissa}e${exponent < 0 ? '-' : '+'}${magnitude}`;
  }
  if (point <= 0) return `0.${'0'.repeat(-point)}${digits}`;
  return point >= digits.length
    ? digits.padEnd(point, '0')
    : `${digits.slice(0, point)}.${digits.slice(point)}`;
}

const shownBytes = 11;

/** `number (1)`, `object ({"a":[1,2,3...)`: how jq's messages name a value. */
export function describe(value: Value): string {
  return `${kindOf(value)} (${dumpStart(value)})`;
}

/** The dump of a value cut off behind its first bytes. */
export function dumpStart(value: Value): string {
  const text = startOf(value, shownBytes + 4);
  const bytes = Buffer.from(text);
  if (bytes.length <= shownBytes + 3) return text;
  return `${bytes.subarray(0, shownBytes).toString()}...`;
}

/** At least the first `wanted` characters of the dump, without the work of a whole one. */
function startOf(value: Value, wanted: number): string {
  if (typeof value === 'string')
    return quote(value.length > wanted ? value.slice(0, wanted) : value);
  if (typeof value === 'number') return formatNumber(value);
  if (isArray(value)) return startOfItems(value, '[]', wanted, (item, left) => startOf(item, left));
  if (!isObject(value)) return String(value);
  return startOfItems(
    Object.entries(value),
    '{}',
    wanted,
    ([key, item], left) => `${quote(key)}:${startOf(item, left)}`,
  );
}

function startOfItems<Item>(
  items: readonly Item[],
  brackets: string,
  wanted: number,
  show: (item: Item, left: number) => string,
): string {
  let text = brackets.charAt(0);
  for (const [at, item] of items.entries()) {
    if (text.length >= wanted) return text;
    text += (at > 0 ? ',' : '') + show(item, wanted - text.length);
  }
  return text + brackets.charAt(1);
}
