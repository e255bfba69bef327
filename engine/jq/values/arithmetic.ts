import type { JsonObject } from '../../../kernel/json.ts';
import type { ArithmeticOperator } from '../ast.ts';
import type { Meter } from '../meter.ts';
import { JqRuntimeError } from '../errors.ts';
import { compare, isEqual } from './compare.ts';
import { describe } from './dump.ts';
import { splitAt } from './find.ts';
import { calculable, isArray, isNumber, isObject, negated } from './kinds.ts';
import type { Value } from './kinds.ts';
import { getProperty, setProperty } from './objects.ts';
import type { Draft } from './objects.ts';

export type Operation = (left: Value, right: Value, meter: Meter) => Value;

export const operations: Readonly<Record<ArithmeticOperator, Operation>> = {
  '+': add,
  '-': (left, right, meter) => subtract(calculable(left), calculable(right), meter),
  '*': (left, right, meter) => multiply(calculable(left), calculable(right), meter),
  '/': (left, right, meter) => divide(calculable(left), calculable(right), meter),
  '%': (left, right, meter) => modulo(calculable(left), calculable(right), meter),
};

const bytesPerItem = 8;
const bytesPerJoint = 32;
const bytesPerProperty = 32;
// Copying a large object takes so long for each of its properties.
const stepsPerProperty = 4;

export function add(left: Value, right: Value, meter: Meter): Value {
  if (typeof left === 'number' && typeof right === 'number') return left + right;
  if (left === null) return right;
  if (right === null) return left;
  if (typeof left === 'string' && typeof right === 'string') {
    // The engine joins long texts when they are read, and reading them is charged.
    meter.allocate(Math.min(left.length, right.length) + bytesPerJoint);
    return left + right;
  }
  if (isNumber(left) && isNumber(right)) return left.valueOf() + right.valueOf();
  return addContainers(left, right, meter);
}

function addContainers(left: Value, right: Value, meter: Meter): Value {
  if (isArray(left) && isArray(right)) {
    meter.allocate((left.length + right.length) * bytesPerItem);
    meter.work(4 + ((left.length + right.length) >> 3));
    return left.concat(right);
  }
  if (isObject(left) && isObject(right)) return merge(left, right, meter);
  throw typeError([left, right], 'cannot be added', meter);
}

function merge(left: JsonObject, right: JsonObject, meter: Meter): Value {
  const result = copyProperties(left, meter);
  for (const key of Object.keys(right)) {
    meter.allocate(bytesPerProperty);
    setProperty(result, key, getProperty(right, key));
  }
  return result;
}

/** A shallow copy that may be changed. */
export function copyProperties(object: JsonObject, meter: Meter): Draft {
  const size = Object.keys(object).length;
  meter.allocate(size * bytesPerProperty);
  meter.work(size * stepsPerProperty);
  return { ...object };
}

function subtract(left: Value, right: Value, meter: Meter): Value {
  if (typeof left === 'number' && typeof right === 'number') return left - right;
  if (!isArray(left) || !isArray(right))
    throw typeError([left, right], 'cannot be subtracted', meter);
  return left.filter((item) => {
    meter.step();
    meter.allocate(bytesPerItem);
    return !right.some((other) => {
      meter.step();
      return isEqual(item, other, meter);
    });
  });
}

function multiply(left: Value, right: Value, meter: Meter): Value {
  if (typeof left === 'number' && typeof right === 'number') return left * right;
  if (typeof left === 'string' && typeof right === 'number') return repeat(left, right, meter);
  if (typeof left === 'number' && typeof right === 'string') return repeat(right, left, meter);
  if (isObject(left) && isObject(right)) return mergeDeeply(left, right, meter);
  throw typeError([left, right], 'cannot be multiplied', meter);
}

/** As in jq 1.8: null below zero, empty below one, a fraction is cut off. */
function repeat(text: string, times: number, meter: Meter): Value {
  if (Number.isNaN(times) || times < 0) return null;
  const length = text.length * Math.floor(times);
  if (text === '') return '';
  if (length >= 2 ** 31) throw new JqRuntimeError('Repeat string result too long');
  meter.allocate(length);
  return text.repeat(Math.floor(times));
}

function mergeDeeply(left: JsonObject, right: JsonObject, meter: Meter): Value {
  meter.enter(2);
  const result = copyProperties(left, meter);
  for (const key of Object.keys(right)) {
    meter.allocate(bytesPerProperty);
    const mine = getProperty(left, key);
    const theirs = getProperty(right, key);
    setProperty(
      result,
      key,
      isObject(mine) && isObject(theirs) ? mergeDeeply(mine, theirs, meter) : theirs,
    );
  }
  meter.leave(2);
  return result;
}

function divide(left: Value, right: Value, meter: Meter): Value {
  if (typeof left === 'number' && typeof right === 'number') {
    if (right === 0)
      throw typeError([left, right], 'cannot be divided because the divisor is zero', meter);
    return left / right;
  }
  if (typeof left === 'string' && typeof right === 'string') return splitText(left, right, meter);
  throw typeError([left, right], 'cannot be divided', meter);
}

/** The parts between the separators; with an empty separator the code points. */
export function splitText(text: string, separator: string, meter: Meter): Value {
  meter.work(text.length >> 3);
  meter.allocate(text.length * (separator === '' ? bytesPerItem * 2 : 2));
  if (text === '') return [];
  const parts = separator === '' ? Array.from(text) : splitAt(text, separator, meter);
  meter.allocate(parts.length * bytesPerItem);
  meter.work(parts.length);
  return parts;
}

/** On integers, cut off towards zero and clamped to 64 bits, with the sign of the dividend. */
function modulo(left: Value, right: Value, meter: Meter): Value {
  if (typeof left !== 'number' || typeof right !== 'number')
    throw typeError([left, right], 'cannot be divided (remainder)', meter);
  if (Number.isNaN(left) || Number.isNaN(right)) return NaN;
  const divisor = toInteger(right);
  if (divisor === 0)
    throw typeError(
      [left, right],
      'cannot be divided (remainder) because the divisor is zero',
      meter,
    );
  const dividend = toInteger(left);
  if (Number.isSafeInteger(dividend) && Number.isSafeInteger(divisor))
    return dividend % divisor || 0;
  return Number(clamp(dividend) % clamp(divisor));
}

function toInteger(value: number): number {
  return Number.isFinite(value) ? Math.trunc(value) : Math.sign(value) * 2 ** 63;
}

function clamp(value: number): bigint {
  const limit = 2n ** 63n;
  const integer = BigInt(value);
  if (integer >= limit) return limit - 1n;
  return integer < -limit ? -limit : integer;
}

export function negate(value: Value, meter: Meter): Value {
  if (!isNumber(value)) throw new JqRuntimeError(`${describe(value, meter)} cannot be negated`);
  return negated(value);
}

function typeError(
  [left, right]: readonly [Value, Value],
  problem: string,
  meter: Meter,
): JqRuntimeError {
  return new JqRuntimeError(`${describe(left, meter)} and ${describe(right, meter)} ${problem}`);
}

export const comparisons = {
  '==': isEqual,
  '!=': (left: Value, right: Value, meter: Meter) => !isEqual(left, right, meter),
  '<': (left: Value, right: Value, meter: Meter) => compare(left, right, meter) < 0,
  '<=': (left: Value, right: Value, meter: Meter) => compare(left, right, meter) <= 0,
  '>': (left: Value, right: Value, meter: Meter) => compare(left, right, meter) > 0,
  '>=': (left: Value, right: Value, meter: Meter) => compare(left, right, meter) >= 0,
};
