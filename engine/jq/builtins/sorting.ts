import type { Meter } from '../meter.ts';
import { single } from '../code.ts';
import type { Code } from '../code.ts';
import { collect, mapOne } from '../compile-basic.ts';
import { JqRuntimeError } from '../errors.ts';
import { itemsOf } from '../values/access.ts';
import { compare } from '../values/compare.ts';
import { hasSurrogates } from '../values/strings.ts';
import { describe } from '../values/dump.ts';
import { isArray, isObject } from '../values/kinds.ts';
import type { Value } from '../values/kinds.ts';

export const unsortable = 'cannot be sorted, as they are not both arrays';

interface Keyed {
  readonly item: Value;
  readonly key: Value;
}

export function keyedBySelf(input: Value, meter: Meter): readonly Keyed[] {
  if (isArray(input)) return input.map((item) => ({ item, key: item }));
  throw new JqRuntimeError(`${describe(input, meter)} cannot be sorted, as it is not an array`);
}

export function comparable(input: Value, meter: Meter): readonly Keyed[] {
  if (isArray(input)) return keyedBySelf(input, meter);
  const shown = describe(input, meter);
  throw new JqRuntimeError(`${shown} and ${shown} cannot be iterated over`);
}

export function sorted(items: readonly Keyed[], meter: Meter): readonly Keyed[] {
  meter.allocate(items.length * 64);
  return items.toSorted(orderOf(items, meter));
}

type Order = (left: Keyed, right: Keyed) => number;

/** Keys of one scalar kind, as most are, need not go through the general comparison. */
function orderOf(items: readonly Keyed[], meter: Meter): Order {
  const isNumeric = items.every(({ key }) => typeof key === 'number' && !Number.isNaN(key));
  const isText = items.every(({ key }) => typeof key === 'string' && !hasSurrogates(key));
  if (!isNumeric && !isText) {
    return (left, right) => {
      meter.step();
      return compare(left.key, right.key, meter);
    };
  }
  meter.work(items.length * Math.ceil(Math.log2(items.length + 1)));
  return (left, right) => {
    const a = left.key ?? 0;
    const b = right.key ?? 0;
    if (typeof a === 'string' && typeof b === 'string')
      meter.work(Math.min(a.length, b.length) >> 6);
    return a < b ? -1 : a > b ? 1 : 0;
  };
}

export function grouped(items: readonly Keyed[], meter: Meter): Value[][] {
  const groups: Value[][] = [];
  let key: Value | undefined;
  for (const entry of sorted(items, meter)) {
    meter.step();
    if (key !== undefined && compare(key, entry.key, meter) === 0) groups.at(-1)?.push(entry.item);
    else groups.push([entry.item]);
    key = entry.key;
  }
  return groups;
}

export function unique(items: readonly Keyed[], meter: Meter): Value {
  return grouped(items, meter).flatMap(([first]) => (first === undefined ? [] : [first]));
}

/** The first of the least, or the last of the greatest. */
export function extreme(items: readonly Keyed[], meter: Meter, direction: 1 | -1): Value {
  let best: Keyed | undefined;
  for (const entry of items) {
    meter.step();
    const order = best === undefined ? direction : compare(entry.key, best.key, meter);
    if (direction === 1 ? order >= 0 : order < 0) best = entry;
  }
  return best?.item ?? null;
}

type Arrange = (items: readonly Keyed[], meter: Meter) => Value;

/** Runs `f` for every item; all its values together are the item's key. */
export function keyed(f: Code | undefined, problem: string, arrange: Arrange): Code {
  if (f === undefined) throw new TypeError('a filter is missing');
  const { one, each, weight } = f;
  return single((input, env) => {
    const items = itemsOf(input, env.meter);
    const keys =
      one === undefined ? items.map((item) => collect(each, item, env)) : mapOne(one, items, env);
    if (isObject(input)) {
      const shown = one === undefined ? keys : keys.map((key) => [key]);
      throw new JqRuntimeError(
        `${describe(input, env.meter)} and ${describe(shown, env.meter)} ${problem}`,
      );
    }
    return arrange(
      items.map((item, at) => ({ item, key: keys[at] ?? null })),
      env.meter,
    );
  }, weight + 5);
}
