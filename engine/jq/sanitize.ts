import { ExactNumber } from '../../kernel/exact-number.ts';
import type { Meter } from './meter.ts';
import { isArray } from './values/kinds.ts';
import type { Value } from './values/kinds.ts';
import { getProperty, setProperty } from './values/objects.ts';
import type { Draft } from './values/objects.ts';

/** Looking at a value that is there already costs a part of a step; a stream may yield the same large one over and over. */
const looksPerStep = 16;

/**
 * The value as jq would print it: NaN becomes null, infinities the greatest numbers.
 * Charges its size, as a small graph of shared parts can be a huge tree. Copies only what it changes.
 */
export function sanitize(value: Value, meter: Meter): Value {
  switch (typeof value) {
    case 'number':
      return Number.isFinite(value) ? value : finite(value);
    case 'string':
      meter.allocate(value.length);
      return value;
    case 'boolean':
      return value;
    default:
      if (value === null) return null;
      if (!(value instanceof ExactNumber)) return sanitizeContainer(value, meter);
      meter.allocate(value.text.length);
      return value;
  }
}

function finite(value: number): Value {
  return Number.isNaN(value) ? null : Math.sign(value) * Number.MAX_VALUE;
}

function sanitizeContainer(
  value: Exclude<Value, string | number | boolean | null | ExactNumber>,
  meter: Meter,
): Value {
  meter.enter(2);
  meter.allocate(8);
  const result = isArray(value) ? sanitizeItems(value, meter) : sanitizeProperties(value, meter);
  meter.leave(2);
  return result;
}

function sanitizeItems(array: readonly Value[], meter: Meter): Value {
  let copy: Value[] | undefined;
  const { length } = array;
  meter.allocate(length * 2);
  meter.work(Math.floor(length / looksPerStep));
  for (let at = 0; at < length; at++) {
    const item = array[at] ?? null;
    const clean =
      typeof item === 'number' || typeof item === 'object' || typeof item === 'string'
        ? sanitize(item, meter)
        : item;
    if (clean === item) continue;
    copy ??= array.slice();
    copy[at] = clean;
  }
  return copy ?? array;
}

function sanitizeProperties(object: { readonly [key: string]: Value }, meter: Meter): Value {
  let copy: Draft | undefined;
  for (const key of Object.keys(object)) {
    meter.allocate(key.length + 4);
    const item = getProperty(object, key);
    const clean = sanitize(item, meter);
    if (clean === item) continue;
    copy ??= { ...object };
    setProperty(copy, key, clean);
  }
  return copy ?? object;
}
