import { plainOf, told } from './zoned-date.ts';

type Arithmetic = (...numbers: readonly number[]) => number;

/** Filters that compute. Nothing counts as 0, as in Liquid; what is there and no number is an error and not 0. */
export const numberFilters: Readonly<Record<string, (...values: readonly unknown[]) => number>> =
  Object.fromEntries(
    Object.entries({
      abs: (value = 0) => Math.abs(value),
      at_least: (value = 0, least = 0) => Math.max(value, least),
      at_most: (value = 0, most = 0) => Math.min(value, most),
      ceil: (value = 0) => Math.ceil(value),
      floor: (value = 0) => Math.floor(value),
      plus: (value = 0, other = 0) => value + other,
      minus: (value = 0, other = 0) => value - other,
      times: (value = 0, other = 0) => value * other,
      modulo: (value = 0, divisor = 0) => ((value % divisor) + divisor) % divisor,
      divided_by: (value = 0, divisor = 0, isWhole = 0) =>
        isWhole === 0 ? value / divisor : Math.floor(value / divisor),
      round: (value = 0, digits = 0) => rounded(value, digits),
    } satisfies Record<string, Arithmetic>).map(([name, compute]) => [
      name,
      checked(name, compute),
    ]),
  );

function checked(name: string, compute: Arithmetic): (...values: readonly unknown[]) => number {
  return (...values) => {
    const result = compute(...values.map((value) => numberOf(value, name)));
    if (Number.isFinite(result)) return result;
    throw new RangeError(`${name} of ${values.map(told).join(' and ')} is no number`);
  };
}

/** The number that a value of a template is. */
export function numberOf(value: unknown, filter: string): number {
  const plain = plainOf(value);
  if (plain === undefined || plain === null) return 0;
  const number = typeof plain === 'string' ? numberOfText(plain) : Number(plain);
  const isNumber = ['number', 'string', 'boolean'].includes(typeof plain);
  if (isNumber && Number.isFinite(number)) return number;
  throw new TypeError(`${filter} takes numbers, and ${told(value)} is none`);
}

function numberOfText(text: string): number {
  return /^\s*[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[-+]?\d+)?\s*$/i.test(text)
    ? Number(text)
    : Number.NaN;
}

/** Halves go away from zero, and 1.005 is what is written and not the double below it. */
function rounded(value: number, digits: number): number {
  const size = Math.abs(value);
  const scaled = shifted(size, digits);
  if (!Number.isFinite(scaled) || scaled > Number.MAX_SAFE_INTEGER) return value;
  return Math.sign(value) * shifted(Math.round(scaled), -digits);
}

/** A number with its point moved, by its digits. */
function shifted(value: number, places: number): number {
  const [digits = '', exponent = '0'] = String(value).split('e');
  return Number(`${digits}e${String(Number(exponent) + places)}`);
}
