import type { JsonObject } from '../../../kernel/json.ts';
import { JqRuntimeError } from '../errors.ts';
import { toText } from '../formats.ts';
import { cannotIndex, has, index, indicesOf, itemsOf } from '../values/access.ts';
import { add } from '../values/arithmetic.ts';
import { isEqual } from '../values/compare.ts';
import { describe, dump } from '../values/dump.ts';
import { absolute, isArray, isNumber, isObject, isTrue, kindOf } from '../values/kinds.ts';
import type { Value } from '../values/kinds.ts';
import { getProperty, setProperty, sortedKeys, stepsPerNewKey } from '../values/objects.ts';
import type { Draft } from '../values/objects.ts';
import { finder } from '../values/find.ts';
import { codePointLength, utf8Length } from '../values/strings.ts';
import type { Meter } from '../meter.ts';
import type { ValueFunction } from './builtin.ts';
import { occurrences } from './strings.ts';

/** Builtins that ask a value what it is and has. */
export const basicFunctions: Readonly<Record<string, ValueFunction>> = {
  'not/0': (input) => !isTrue(input),
  'type/0': (input) => kindOf(input),
  'length/0': (input, _args, meter) => (isNumber(input) ? absolute(input) : lengthOf(input, meter)),
  'utf8bytelength/0': (input, _args, meter) => {
    if (typeof input === 'string') {
      meter.work(input.length >> 4);
      return utf8Length(input);
    }
    throw new JqRuntimeError(`${describe(input, meter)} only strings have UTF-8 byte length`);
  },
  'keys/0': (input, _args, meter) => keysOf(input, meter, (object) => sortedKeys(object, meter)),
  'keys_unsorted/0': (input, _args, meter) => keysOf(input, meter, Object.keys),
  'has/1': (input, [key = null], meter) => has(input, key, meter),
  'contains/1': (input, [part = null], meter) => contains(input, part, meter),
  'inside/1': (input, [whole = null], meter) => contains(whole, input, meter),
  'add/0': (input, _args, meter) => sum(itemsOf(input, meter), meter),
  'tostring/0': (input, _args, meter) => toText(input, meter),
  'tojson/0': (input, _args, meter) => dump(input, meter),
  'toarray/0': (input) => (isArray(input) ? input : [input]),
  'to_entries/0': (input, _args, meter) => toEntries(input, meter),
  'from_entries/0': (input, _args, meter) => fromEntries(input, meter),
  'error/0': (input, _args, meter) => raise(input, meter),
  'error/1': (_input, [value = null], meter) => raise(value, meter),
  'indices/1': (input, [wanted = null], meter) => indices(input, wanted, meter),
  'index/1': (input, [wanted = null], meter) => firstOf(indices(input, wanted, meter), meter),
  'rindex/1': (input, [wanted = null], meter) => lastOf(indices(input, wanted, meter), meter),
  'have_literal_numbers/0': () => true,
  'have_decnum/0': () => true,
  'get_search_list/0': () => [],
};

export function lengthOf(value: Value, meter: Meter): number {
  if (typeof value === 'string') {
    meter.work(value.length >> 3);
    return codePointLength(value);
  }
  if (value === null) return 0;
  if (isNumber(value)) return Math.abs(value.valueOf());
  if (typeof value === 'boolean')
    throw new JqRuntimeError(`${describe(value, meter)} has no length`);
  if (isArray(value)) return value.length;
  const size = Object.keys(value).length;
  meter.work(size * 4);
  return size;
}

/** Refuses what is neither an array nor an object. */
export function requireKeys(value: Value, meter: Meter): void {
  if (!isArray(value) && !isObject(value))
    throw new JqRuntimeError(`${describe(value, meter)} has no keys`);
}

function keysOf(
  value: Value,
  meter: Meter,
  keys: (object: { readonly [key: string]: Value }) => string[],
): Value {
  if (!isArray(value) && !isObject(value))
    throw new JqRuntimeError(`${describe(value, meter)} has no keys`);
  const found = isArray(value) ? [...value.keys()] : keys(value);
  meter.work(found.length * 8);
  meter.allocate(found.length * 16);
  return found;
}

function contains(whole: Value, part: Value, meter: Meter): boolean {
  meter.step();
  if (isObject(whole) && isObject(part)) {
    meter.enter(6);
    const parts = Object.entries(part);
    meter.work(parts.length * 8);
    const isWithin = parts.every(
      ([key, value]) =>
        Object.hasOwn(whole, key) && containsDeeply(getProperty(whole, key), value, meter),
    );
    meter.leave(6);
    return isWithin;
  }
  if (isArray(whole) && isArray(part)) {
    meter.enter(6);
    const isWithin = part.every((value) =>
      whole.some((item) => containsDeeply(item, value, meter)),
    );
    meter.leave(6);
    return isWithin;
  }
  if (typeof whole === 'string' && typeof part === 'string') {
    meter.work((whole.length + part.length) >> 3);
    return finder(part, meter)(whole, 0) !== -1;
  }
  if (kindOf(whole) === kindOf(part)) return isEqual(whole, part, meter);
  throw new JqRuntimeError(
    `${describe(whole, meter)} and ${describe(part, meter)} cannot have their containment checked`,
  );
}

/** Inside of a container, a value of another kind is just not contained. */
function containsDeeply(whole: Value, part: Value, meter: Meter): boolean {
  meter.step();
  return kindOf(whole) === kindOf(part) && contains(whole, part, meter);
}

/** Adds up left to right; strings and arrays in one go, as copying each step would be quadratic. */
function sum(items: readonly Value[], meter: Meter): Value {
  meter.work(items.length);
  if (items.length > 1 && items.every((item) => typeof item === 'string'))
    return joined(items, meter);
  if (items.length > 1 && items.every(isArray)) return concatenated(items, meter);
  if (items.length > 1 && items.every(isObject)) return merged(items, meter);
  return items.reduce<Value>((total, item) => add(total, item, meter), null);
}

function joined(items: readonly string[], meter: Meter): string {
  for (const item of items) meter.allocate(item.length);
  return items.join('');
}

function concatenated(items: readonly (readonly Value[])[], meter: Meter): Value {
  for (const item of items) {
    meter.allocate(item.length * 8);
    meter.work(item.length >> 3);
  }
  return items.flat();
}

function merged(items: readonly { readonly [key: string]: Value }[], meter: Meter): Value {
  const result: Draft = {};
  for (const item of items) {
    for (const key of Object.keys(item)) {
      meter.work(Object.hasOwn(result, key) ? 2 : stepsPerNewKey);
      meter.allocate(32);
      setProperty(result, key, getProperty(item, key));
    }
  }
  return result;
}

function toEntries(value: Value, meter: Meter): Value {
  requireKeys(value, meter);
  const keys: readonly (string | number)[] = isArray(value)
    ? [...value.keys()]
    : Object.keys(value ?? {});
  meter.work(keys.length);
  meter.allocate(keys.length * 64);
  return keys.map((key) => ({ key, value: entryValue(value, key) }));
}

function entryValue(value: Value, key: string | number): Value {
  if (isArray(value) && typeof key === 'number') return value[key] ?? null;
  return isObject(value) && typeof key === 'string' ? getProperty(value, key) : null;
}

/** `{key, value}` pairs to an object; jq 1.7's other spellings of `key` and `value` count as well. */
export function fromEntries(value: Value, meter: Meter): Value {
  const result: Draft = {};
  for (const entry of itemsOf(value, meter)) {
    meter.work(8);
    meter.allocate(32);
    setProperty(result, entryKey(entry, meter), entryValueOf(entry));
  }
  return result;
}

const keyNames = ['key', 'k', 'name', 'Name', 'Key', 'K'];
const valueNames = ['value', 'v', 'Value', 'V'];

function entryKey(entry: Value, meter: Meter): string {
  if (!isObject(entry)) {
    if (entry !== null) throw cannotIndex(entry, 'key', meter);
    throw noKey(entry, meter);
  }
  const key = firstKeyOf(entry);
  if (typeof key === 'string') return key;
  if (isArray(key) || isObject(key)) throw noKey(key, meter);
  return String(key);
}

/** The first of the spellings that is there; `false` counts when no other one does. */
function firstKeyOf(entry: JsonObject): Value {
  const found = keyNames.map((name) => getProperty(entry, name));
  return found.find(isTrue) ?? (found.includes(false) ? false : null);
}

function noKey(value: Value, meter: Meter): JqRuntimeError {
  return new JqRuntimeError(`Cannot use ${describe(value, meter)} as object key`);
}

function entryValueOf(entry: Value): Value {
  if (!isObject(entry)) return null;
  const name = valueNames.find((candidate) => Object.hasOwn(entry, candidate));
  return name === undefined ? null : getProperty(entry, name);
}

function raise(value: Value, meter: Meter): never {
  if (typeof value === 'string') throw new JqRuntimeError(value);
  throw new JqRuntimeError(`${dump(value, meter)} (not a string)`, value);
}

function indices(value: Value, wanted: Value, meter: Meter): Value {
  if (typeof value === 'string' && typeof wanted === 'string')
    return occurrences(value, wanted, meter);
  if (isArray(value)) return indicesOf(value, isArray(wanted) ? wanted : [wanted], meter);
  return index(value, wanted, meter);
}

function firstOf(found: Value, meter: Meter): Value {
  return index(found, 0, meter);
}

function lastOf(found: Value, meter: Meter): Value {
  return firstOf(index(found, { start: -1, end: null }, meter), meter);
}
