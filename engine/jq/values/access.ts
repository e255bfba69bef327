import type { JsonObject } from '../../../kernel/json.ts';
import type { Meter } from '../meter.ts';
import { JqRuntimeError } from '../errors.ts';
import { isEqual } from './compare.ts';
import { describe } from './dump.ts';
import { calculable, isArray, isNumber, isObject, kindOf } from './kinds.ts';
import type { Value } from './kinds.ts';
import { getProperty } from './objects.ts';
import { codePointLength, sliceCodePoints } from './strings.ts';

/** `.[key]` for any key; a slice is a key of the form `{start, end}`. */
export function index(value: Value, key: Value, meter: Meter): Value {
  if (typeof key === 'string' && isObject(value)) {
    meter.work(key.length >> 8);
    return getProperty(value, key);
  }
  if (isArray(value)) return indexArray(value, key, meter);
  if (typeof value === 'string' && isObject(key)) return slice(value, key, meter);
  if (value === null && isPathKey(key)) return null;
  throw cannotIndex(value, key, meter);
}

function indexArray(array: readonly Value[], key: Value, meter: Meter): Value {
  if (typeof key === 'number') return item(array, key);
  if (isObject(key)) return slice(array, key, meter);
  if (isArray(key)) return indicesOf(array, key, meter);
  if (isNumber(key)) return item(array, key.valueOf());
  throw cannotIndex(array, key, meter);
}

function isPathKey(key: Value): boolean {
  return typeof key === 'string' || isNumber(key) || isObject(key);
}

function item(array: readonly Value[], key: number): Value {
  const at = Math.trunc(key);
  return array[at < 0 ? at + array.length : at] ?? null;
}

export function cannotIndex(value: Value, key: Value, meter: Meter): JqRuntimeError {
  return new JqRuntimeError(`Cannot index ${kindOf(value)} with ${describe(key, meter)}`);
}

function cannotIterate(value: Value, meter: Meter): JqRuntimeError {
  return new JqRuntimeError(`Cannot iterate over ${describe(value, meter)}`);
}

function slice(value: readonly Value[] | string, key: JsonObject, meter: Meter): Value {
  if (typeof value === 'string') meter.work(value.length >> 3);
  const { start, end } = sliceBounds(value, key);
  meter.allocate((end - start) * (isArray(value) ? 8 : 2));
  meter.work(2 + ((end - start) >> 4));
  return typeof value === 'string' ? sliceCodePoints(value, start, end) : value.slice(start, end);
}

/** Whole offsets inside the value: `start` rounds down, `end` rounds up, negatives count from the end. */
export function sliceBounds(
  value: readonly Value[] | string,
  key: JsonObject,
): { start: number; end: number } {
  const length = typeof value === 'string' ? codePointLength(value) : value.length;
  const from = sliceBound(key, 'start', 0);
  const to = sliceBound(key, 'end', length);
  const start = Math.floor(clampOffset(from, length));
  const end = Math.ceil(clampOffset(Number.isNaN(to) ? length : to, length));
  return { start, end: Math.max(start, end) };
}

function sliceBound(key: JsonObject, name: string, whenNull: number): number {
  const bound = Object.hasOwn(key, name) ? calculable(key[name] ?? null) : undefined;
  if (typeof bound === 'number') return bound;
  if (bound === null) return whenNull;
  throw new JqRuntimeError('Array/string slice indices must be integers');
}

function clampOffset(offset: number, length: number): number {
  const absolute = offset < 0 ? offset + length : offset;
  return Math.min(Math.max(absolute || 0, 0), length);
}

/** Where `wanted` begins inside `array`. */
export function indicesOf(array: readonly Value[], wanted: readonly Value[], meter: Meter): Value {
  const found: number[] = [];
  if (wanted.length === 0) return found;
  for (let at = 0; at + wanted.length <= array.length; at++) {
    meter.step();
    const isMatch = wanted.every((value, offset) => {
      meter.step();
      return isEqual(array[at + offset] ?? null, value, meter);
    });
    if (isMatch) found.push(at);
  }
  return found;
}

export function has(value: Value, key: Value, meter: Meter): boolean {
  if (typeof key === 'string') meter.work(key.length >> 8);
  if (value === null) return false;
  if (isObject(value) && typeof key === 'string') return Object.hasOwn(value, key);
  if (isArray(value) && isNumber(key))
    return Math.trunc(key.valueOf()) >= 0 && key.valueOf() < value.length;
  throw new JqRuntimeError(`Cannot check whether ${kindOf(value)} has a ${kindOf(key)} key`);
}

// Listing a large object means to sort its hash table.
const stepsPerEntry = 8;

/** The items of an array or an object. */
export function itemsOf(value: Value, meter: Meter): readonly Value[] {
  if (isArray(value)) return value;
  if (!isObject(value)) throw cannotIterate(value, meter);
  const items = Object.values(value);
  meter.work(items.length * stepsPerEntry);
  return items;
}

/** The keys and items of an array or an object. */
export function entriesOf(value: Value, meter: Meter): Iterable<[string | number, Value]> {
  if (isArray(value)) return value.entries();
  if (!isObject(value)) throw cannotIterate(value, meter);
  const entries = Object.entries(value);
  meter.work(entries.length * stepsPerEntry);
  return entries;
}
