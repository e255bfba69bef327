import type { Meter } from '../meter.ts';
import { JqRuntimeError } from '../errors.ts';
import { negate } from '../values/arithmetic.ts';
import { compare } from '../values/compare.ts';
import { describe } from '../values/dump.ts';
import { absolute, isNumber } from '../values/kinds.ts';
import type { Value } from '../values/kinds.ts';
import type { ValueFunction } from './builtin.ts';
import { gamma, isPole, lgamma } from './gamma.ts';

type Numeric = (...numbers: readonly number[]) => Value;

const ofInput: Readonly<Record<string, (value: number) => Value>> = {
  floor: Math.floor,
  ceil: Math.ceil,
  round: (value) => (value < 0 ? -Math.round(-value) : Math.round(value)),
  trunc: Math.trunc,
  rint: roundToEven,
  nearbyint: roundToEven,
  sqrt: Math.sqrt,
  cbrt: Math.cbrt,
  fabs: Math.abs,
  sin: Math.sin,
  cos: Math.cos,
  tan: Math.tan,
  asin: Math.asin,
  acos: Math.acos,
  atan: Math.atan,
  sinh: Math.sinh,
  cosh: Math.cosh,
  tanh: Math.tanh,
  asinh: Math.asinh,
  acosh: Math.acosh,
  atanh: Math.atanh,
  exp: Math.exp,
  exp2: (value) => 2 ** value,
  exp10: (value) => 10 ** value,
  pow10: (value) => 10 ** value,
  expm1: Math.expm1,
  log: Math.log,
  log2: Math.log2,
  log10: Math.log10,
  log1p: Math.log1p,
  logb: (value) =>
    value === 0 ? -Infinity : Number.isFinite(value) ? exponentOf(value) - 1 : Math.abs(value),
  significand: (value) => (value === 0 || !Number.isFinite(value) ? value : mantissaOf(value) * 2),
  gamma: lgamma,
  lgamma,
  lgamma_r: (value) => [lgamma(value), signOfGamma(value)],
  tgamma: gamma,
  frexp: (value) => [mantissaOf(value), exponentOf(value)],
  modf: (value) =>
    Number.isFinite(value)
      ? [value - Math.trunc(value), Math.trunc(value)]
      : [Number.isNaN(value) ? NaN : 0, value],
};

const ofArguments: Readonly<Record<string, readonly [number, Numeric]>> = {
  pow: [2, (base = 0, exponent = 0) => power(base, exponent)],
  atan2: [2, (y = 0, x = 0) => Math.atan2(y, x)],
  fmin: [2, (a = 0, b = 0) => (Number.isNaN(a) ? b : Number.isNaN(b) ? a : Math.min(a, b))],
  fmax: [2, (a = 0, b = 0) => (Number.isNaN(a) ? b : Number.isNaN(b) ? a : Math.max(a, b))],
  fmod: [2, (a = 0, b = 0) => a % b],
  fdim: [2, (a = 0, b = 0) => (a > b ? a - b : a <= b ? 0 : NaN)],
  hypot: [2, (a = 0, b = 0) => Math.hypot(a, b)],
  copysign: [2, (a = 0, b = 0) => (b < 0 || Object.is(b, -0) ? -Math.abs(a) : Math.abs(a))],
  drem: [2, (a = 0, b = 0) => remainder(a, b)],
  ldexp: [2, (value = 0, exponent = 0) => scale(value, exponent)],
  scalb: [2, (value = 0, exponent = 0) => scale(value, exponent)],
  scalbln: [2, (value = 0, exponent = 0) => scale(value, exponent)],
  nextafter: [2, (from = 0, to = 0) => nextAfter(from, to)],
  nexttoward: [2, (from = 0, to = 0) => nextAfter(from, to)],
  fma: [3, (a = 0, b = 0, c = 0) => a * b + c],
};

/** Builtins on numbers. */
export const mathFunctions: Readonly<Record<string, ValueFunction>> = {
  ...Object.fromEntries(
    Object.entries(ofInput).map(([name, apply]): [string, ValueFunction] => [
      `${name}/0`,
      (input, _args, meter) => apply(requireNumber(input, meter)),
    ]),
  ),
  ...Object.fromEntries(
    Object.entries(ofArguments).map(([name, [arity, apply]]): [string, ValueFunction] => [
      `${name}/${arity}`,
      (_input, args, meter) => apply(...args.map((arg) => requireNumber(arg, meter))),
    ]),
  ),
  'abs/0': (input, _args, meter) => {
    if (isNumber(input)) return absolute(input);
    // What sorts below zero would have to be negated; all else is as it is.
    return compare(input, 0, meter) < 0 ? negate(input, meter) : input;
  },
  'infinite/0': () => Infinity,
  'nan/0': () => NaN,
  'isinfinite/0': (input) => typeof input === 'number' && Math.abs(input) === Infinity,
  'isnan/0': (input) => Number.isNaN(input),
  'isnormal/0': (input) =>
    isNumber(input) &&
    Math.abs(input.valueOf()) >= 2 ** -1022 &&
    Math.abs(input.valueOf()) < Infinity,
};

function requireNumber(value: Value, meter: Meter): number {
  if (isNumber(value)) return value.valueOf();
  throw new JqRuntimeError(`${describe(value, meter)} number required`);
}

function roundToEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest !== 0.5) return rest < 0.5 ? floor : floor + 1;
  return floor % 2 === 0 ? floor : floor + 1;
}

/** What is left of `a` behind the multiple of `b` nearest to it; the even one when two are as near. */
function remainder(a: number, b: number): number {
  const size = Math.abs(b);
  const rest = a % b;
  const isOverHalf = Math.abs(rest) * 2 > size;
  const isOddTie = Math.abs(rest) * 2 === size && Math.abs(a % (2 * b)) > size;
  return isOverHalf || isOddTie ? rest - Math.sign(rest) * size : rest;
}

/** As C has it: 1 to any power and anything to the power 0 is 1. */
function power(base: number, exponent: number): number {
  if (base === 1 || (base === -1 && Math.abs(exponent) === Infinity)) return 1;
  return base ** exponent;
}

/** The exponent for which the mantissa is in [0.5, 1). */
function exponentOf(value: number): number {
  if (value === 0 || !Number.isFinite(value)) return 0;
  const exponent = Math.max(-1023, Math.floor(Math.log2(Math.abs(value))) + 1);
  const mantissa = Math.abs(value) * 2 ** -exponent;
  if (mantissa < 0.5) return exponent - Math.ceil(-Math.log2(mantissa)) + 1;
  return mantissa >= 1 ? exponent + 1 : exponent;
}

function mantissaOf(value: number): number {
  if (value === 0 || !Number.isFinite(value)) return value;
  return scale(value, -exponentOf(value));
}

/** `value * 2 ** exponent` in steps, as the power alone may overflow. */
function scale(value: number, exponent: number): number {
  let result = value;
  let left = Math.max(-2200, Math.min(2200, Math.trunc(exponent)));
  for (; left > 1000; left -= 1000) result *= 2 ** 1000;
  for (; left < -1000; left += 1000) result *= 2 ** -1000;
  return result * 2 ** left;
}

function nextAfter(from: number, to: number): number {
  if (Number.isNaN(from) || Number.isNaN(to)) return NaN;
  if (from === to) return to;
  if (from === 0) return to > 0 ? Number.MIN_VALUE : -Number.MIN_VALUE;
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, from);
  view.setBigInt64(0, view.getBigInt64(0) + (from < to === from > 0 ? 1n : -1n));
  return view.getFloat64(0);
}

function signOfGamma(value: number): number {
  return value < 0 && !isPole(value) && Math.floor(value) % 2 !== 0 ? -1 : 1;
}
