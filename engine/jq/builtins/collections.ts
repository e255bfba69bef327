import type { Meter } from '../meter.ts';
import { extend, many, single } from '../code.ts';
import type { Code, One, Paths } from '../code.ts';
import { collect } from '../compile-basic.ts';
import { updateEach } from '../compile-assign.ts';
import type { Env } from '../code.ts';
import { JqRuntimeError } from '../errors.ts';
import { cannotIndex, entriesOf, itemsOf } from '../values/access.ts';
import { add, operations } from '../values/arithmetic.ts';
import { compare } from '../values/compare.ts';
import { hasSurrogates } from '../values/strings.ts';
import { describe } from '../values/dump.ts';
import { calculable, isArray, isObject, isTrue } from '../values/kinds.ts';
import type { Value } from '../values/kinds.ts';
import { getProperty, setProperty } from '../values/objects.ts';
import type { Draft } from '../values/objects.ts';
import { fromEntries, lengthOf, requireKeys } from './basics.ts';
import type { FilterBuilder, ValueFunction } from './builtin.ts';

const unsortable = 'cannot be sorted, as they are not both arrays';

interface Keyed {
  readonly item: Value;
  readonly key: Value;
}

/** Builtins that sort, group and reshape arrays. */
export const collectionFunctions: Readonly<Record<string, ValueFunction>> = {
  'sort/0': (input, _args, meter) =>
    sorted(keyedBySelf(input, meter), meter).map(({ item }) => item),
  'min/0': (input, _args, meter) => extreme(comparable(input, meter), meter, -1),
  'max/0': (input, _args, meter) => extreme(comparable(input, meter), meter, 1),
  'unique/0': (input, _args, meter) => unique(keyedBySelf(input, meter), meter),
  'reverse/0': (input, _args, meter) => reverse(input, meter),
  'flatten/0': (input, _args, meter) => flatten(input, Infinity, meter),
  'flatten/1': (input, [levels = null], meter) => {
    const depth = calculable(levels);
    if (compare(depth, 0, meter) < 0)
      throw new JqRuntimeError('flatten depth must not be negative');
    return flatten(input, depth, meter);
  },
  'transpose/0': (input, _args, meter) => transpose(input, meter),
  'bsearch/1': (input, [target = null], meter) => binarySearch(input, target, meter),
};

/** Builtins that run a filter for every item. */
export const collectionFilters: Readonly<Record<string, FilterBuilder>> = {
  'map/1': ([f]) => mapped(f),
  'map_values/1': ([f]) => overValues(f),
  'with_entries/1': ([f]) => withEntries(f),
  'sort_by/1': ([f]) =>
    keyed(f, unsortable, (items, meter) => sorted(items, meter).map(({ item }) => item)),
  'group_by/1': ([f]) => keyed(f, unsortable, grouped),
  'unique_by/1': ([f]) => keyed(f, unsortable, unique),
  'min_by/1': ([f]) =>
    keyed(f, 'cannot be iterated over', (items, meter) => extreme(items, meter, -1)),
  'max_by/1': ([f]) =>
    keyed(f, 'cannot be iterated over', (items, meter) => extreme(items, meter, 1)),
  'add/1': ([f]) => added(f),
};

function keyedBySelf(input: Value, meter: Meter): readonly Keyed[] {
  if (isArray(input)) return input.map((item) => ({ item, key: item }));
  throw new JqRuntimeError(`${describe(input, meter)} cannot be sorted, as it is not an array`);
}

function comparable(input: Value, meter: Meter): readonly Keyed[] {
  if (isArray(input)) return keyedBySelf(input, meter);
  const shown = describe(input, meter);
  throw new JqRuntimeError(`${shown} and ${shown} cannot be iterated over`);
}

function sorted(items: readonly Keyed[], meter: Meter): readonly Keyed[] {
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

function grouped(items: readonly Keyed[], meter: Meter): Value[][] {
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

function unique(items: readonly Keyed[], meter: Meter): Value {
  return grouped(items, meter).flatMap(([first]) => (first === undefined ? [] : [first]));
}

/** The first of the least, or the last of the greatest. */
function extreme(items: readonly Keyed[], meter: Meter, direction: 1 | -1): Value {
  let best: Keyed | undefined;
  for (const entry of items) {
    meter.step();
    const order = best === undefined ? direction : compare(entry.key, best.key, meter);
    if (direction === 1 ? order >= 0 : order < 0) best = entry;
  }
  return best?.item ?? null;
}

function reverse(input: Value, meter: Meter): Value {
  if (typeof input === 'string') {
    meter.work(input.length);
    meter.allocate(input.length * 8);
    return Array.from(input).reverse().join('');
  }
  if (!isArray(input)) {
    const length = lengthOf(input, meter);
    if (length <= 0) return [];
    throw cannotIndex(input, length - 1, meter);
  }
  meter.work(input.length >> 3);
  meter.allocate(input.length * 8);
  return input.toReversed();
}

function flatten(input: Value, depth: Value, meter: Meter): Value {
  const flat: Value[] = [];
  const visit = (items: readonly Value[], levels: Value): void => {
    meter.enter(2);
    for (const item of items) {
      meter.step();
      meter.allocate(8);
      if (isArray(item) && levels !== 0) visit(item, operations['-'](levels, 1, meter));
      else flat.push(item);
    }
    meter.leave(2);
  };
  visit(itemsOf(input, meter), depth);
  return flat;
}

function transpose(input: Value, meter: Meter): Value {
  const rows = itemsOf(input, meter).map((row) => {
    if (isArray(row)) return row;
    if (lengthOf(row, meter) > 0) throw cannotIndex(row, 0, meter);
    return [];
  });
  const width = rows.reduce((most, row) => Math.max(most, row.length), 0);
  meter.work(width * (rows.length + 1));
  meter.allocate(width * rows.length * 8);
  return Array.from({ length: width }, (_, column) => rows.map((row) => row[column] ?? null));
}

/** The index of the target in a sorted array, or -1 minus where it would have to be inserted. */
function binarySearch(input: Value, target: Value, meter: Meter): Value {
  if (!isArray(input))
    throw new JqRuntimeError(`${describe(input, meter)} cannot be searched from`);
  let low = 0;
  let high = input.length;
  while (low < high) {
    meter.step();
    const middle = (low + high) >> 1;
    const order = compare(input[middle] ?? null, target, meter);
    if (order === 0) return middle;
    if (order < 0) low = middle + 1;
    else high = middle;
  }
  return -1 - low;
}

function mapped(f: Code | undefined): Code {
  if (f === undefined) throw new TypeError('map takes a filter');
  const { one, each, weight } = f;
  const map: One =
    one === undefined
      ? (input, env) =>
          collect(
            (value, inner, emit) => {
              const items = itemsOf(value, inner.meter);
              inner.meter.work(items.length);
              for (const item of items) each(item, inner, emit);
            },
            input,
            env,
          )
      : (input, env) => mapOne(one, input, env);
  return single(map, weight + 3);
}

function mapOne(one: One, input: Value, env: Env): Value[] {
  const items = itemsOf(input, env.meter);
  env.meter.work(items.length + 1);
  env.meter.allocate(items.length * 8 + 24);
  return items.map((item) => one(item, env));
}

/** `.[] |= f`, without a path for every value. */
function overValues(f: Code | undefined): Code {
  if (f === undefined) throw new TypeError('map_values takes a filter');
  const { one, weight } = f;
  if (one === undefined) {
    return single(updateEach(everyItem, f), weight + 6);
  }
  return single((input, env) => {
    if (!isObject(input)) return mapOne(one, input, env);
    const result: Draft = {};
    for (const key of Object.keys(input)) {
      env.meter.step();
      env.meter.allocate(32);
      setProperty(result, key, one(getProperty(input, key), env));
    }
    return result;
  }, weight + 3);
}

const everyItem: Paths = (place, env, emit) => {
  for (const [key, item] of entriesOf(place.value, env.meter)) {
    env.meter.step();
    emit(extend(place, key, item));
  }
};

function withEntries(f: Code | undefined): Code {
  if (f === undefined) throw new TypeError('with_entries takes a filter');
  const { each, weight } = f;
  return single((input, env) => {
    requireKeys(input, env.meter);
    const entries = [...entriesOf(input, env.meter)];
    const changed = collect(
      (_input, inner, emit) => {
        inner.meter.work(entries.length);
        for (const [key, value] of entries) each({ key, value }, inner, emit);
      },
      input,
      env,
    );
    env.meter.allocate(entries.length * 64);
    env.meter.work(entries.length);
    return fromEntries(changed, env.meter);
  }, weight + 4);
}

type Arrange = (items: readonly Keyed[], meter: Meter) => Value;

/** Runs `f` for every item; all its values together are the item's key. */
function keyed(f: Code | undefined, problem: string, arrange: Arrange): Code {
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

function added(f: Code | undefined): Code {
  if (f === undefined) throw new TypeError('add takes a filter');
  const { each, weight } = f;
  return single((input, env) => {
    let total: Value = null;
    each(input, env, (value) => {
      env.meter.step();
      total = add(total, value, env.meter);
    });
    return total;
  }, weight + 3);
}

/** Truth of `any` and `all`: looks no further than the first value that decides. */
export const quantifiers: Readonly<Record<string, FilterBuilder>> = {
  'any/0': () => quantify(true),
  'all/0': () => quantify(false),
};

function quantify(decisive: boolean): Code {
  return many((input, env, emit) => {
    const items = itemsOf(input, env.meter);
    env.meter.work(items.length);
    emit(items.some((item) => isTrue(item) === decisive) === decisive);
  }, 2);
}
