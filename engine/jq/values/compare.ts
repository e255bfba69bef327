import { compareNumbers as compareExactly, ExactNumber } from '../../../kernel/exact-number.ts';
import type { JsonObject } from '../../../kernel/json.ts';
import type { Meter } from '../meter.ts';
import { isArray, isNumber, isObject } from './kinds.ts';
import type { Value } from './kinds.ts';
import { getProperty, sortedKeys } from './objects.ts';
import { compareStrings } from './strings.ts';

/**
 * jq's total order: null, false, true, numbers, strings, arrays, objects.
 * NaN sorts below every number, itself included, and so equals nothing.
 */
export function compare(left: Value, right: Value, meter: Meter): number {
  if (typeof left === 'number' && typeof right === 'number') return compareNumbers(left, right);
  if (typeof left === 'string' && typeof right === 'string') {
    meter.work(Math.min(left.length, right.length) >> 4);
    return compareStrings(left, right);
  }
  const rank = rankOf(left) - rankOf(right);
  if (rank !== 0) return rank;
  return compareAlike(left, right, meter);
}

/** Values of one rank, but for what is compared most of all. */
function compareAlike(left: Value, right: Value, meter: Meter): number {
  if (isNumber(left) && isNumber(right)) return compareTexts(left, right, meter);
  if (isArray(left) && isArray(right)) return compareArrays(left, right, meter);
  if (isObject(left) && isObject(right)) return compareObjects(left, right, meter);
  return 0;
}

export function isEqual(left: Value, right: Value, meter: Meter): boolean {
  if (typeof left === 'string') meter.work(left.length >> 8);
  if (typeof left !== 'object' || left === null || typeof right !== 'object' || right === null) {
    if (!(left instanceof ExactNumber) && !(right instanceof ExactNumber)) return left === right;
  }
  return compare(left, right, meter) === 0;
}

function compareNumbers(left: number, right: number): number {
  if (Number.isNaN(left)) return -1;
  if (Number.isNaN(right)) return 1;
  return left < right ? -1 : left > right ? 1 : 0;
}

/** Of exact numbers the digits are compared as well. */
function compareTexts(
  left: number | ExactNumber,
  right: number | ExactNumber,
  meter: Meter,
): number {
  meter.work(8 + ((String(left).length + String(right).length) >> 2));
  if (Number.isNaN(left)) return -1;
  return Number.isNaN(right) ? 1 : compareExactly(left, right);
}

function rankOf(value: Value): number {
  switch (typeof value) {
    case 'boolean':
      return value ? 2 : 1;
    case 'number':
      return 3;
    case 'string':
      return 4;
    default:
      if (value === null) return 0;
      if (value instanceof ExactNumber) return 3;
      return isArray(value) ? 5 : 6;
  }
}

function compareArrays(left: readonly Value[], right: readonly Value[], meter: Meter): number {
  meter.enter(3);
  const length = Math.min(left.length, right.length);
  for (let at = 0; at < length; at++) {
    meter.step();
    const order = compare(left[at] ?? null, right[at] ?? null, meter);
    if (order !== 0) return leaveWith(order, meter);
  }
  return leaveWith(left.length - right.length, meter);
}

/** First by their sorted keys, then value by value in the order of the keys. */
function compareObjects(left: JsonObject, right: JsonObject, meter: Meter): number {
  const keys = sortedKeys(left, meter);
  const otherKeys = sortedKeys(right, meter);
  const order = compareArrays(keys, otherKeys, meter);
  if (order !== 0) return order;
  meter.enter(3);
  for (const key of keys) {
    const valueOrder = compare(getProperty(left, key), getProperty(right, key), meter);
    if (valueOrder !== 0) return leaveWith(valueOrder, meter);
  }
  return leaveWith(0, meter);
}

function leaveWith(order: number, meter: Meter): number {
  meter.leave(3);
  return order;
}
