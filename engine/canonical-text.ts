import { canonicalNumber } from '../kernel/exact-number.ts';

/** JSON with the keys of all objects in one order and each number in one spelling: equal for equal values. */
export function canonicalText(value: unknown): string {
  return JSON.stringify(value, (_, item: unknown) => canonicalNumber(item) ?? sorted(item));
}

function sorted(item: unknown): unknown {
  return isPlainObject(item)
    ? Object.fromEntries(
        Object.entries(item).toSorted(([left], [right]) => (left < right ? -1 : 1)),
      )
    : item;
}

function isPlainObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
