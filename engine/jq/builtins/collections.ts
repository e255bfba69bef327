import type { Meter } from '../meter.ts';
import { extend, many, single } from '../code.ts';
import type { Code, One, Paths } from '../code.ts';
import { collect, mapOne } from '../compile-basic.ts';
import { updateEach } from '../compile-assign.ts';
import { JqRuntimeError } from '../errors.ts';
import { cannotIndex, entriesOf, itemsOf } from '../values/access.ts';
import { add, operations } from '../values/arithmetic.ts';
import { compare } from '../values/compare.ts';
import { describe } from '../values/dump.ts';
import { calculable, isArray, isObject, isTrue } from '../values/kinds.ts';
import type { Value } from '../values/kinds.ts';
import { getProperty, setProperty } from '../values/objects.ts';
import type { Draft } from '../values/objects.ts';
import { fromEntries, lengthOf, requireKeys } from './basics.ts';
import type { FilterBuilder, ValueFunction } from './builtin.ts';
import {
  comparable,
  extreme,
  grouped,
  keyed,
  keyedBySelf,
  sorted,
  unique,
  unsortable,
} from './sorting.ts';

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
