import type { JsonObject } from '../../../kernel/json.ts';
import type { Meter } from '../meter.ts';
import { JqRuntimeError } from '../errors.ts';
import { index, sliceBounds } from './access.ts';
import { add, copyProperties } from './arithmetic.ts';
import { compare, isEqual } from './compare.ts';
import { isArray, isNumber, isObject, kindOf } from './kinds.ts';
import type { Value } from './kinds.ts';
import { getProperty, setProperty, stepsPerNewKey } from './objects.ts';
import type { Draft } from './objects.ts';

const maxArrayLength = 2 ** 29;
/** As jq. */
const maxPathLength = 10_000;

/** A series of updates to one value, which copies each container it changes only once. */
export class Update {
  readonly #meter: Meter;
  readonly #arrays = new Map<object, Value[]>();
  readonly #objects = new Map<object, Draft>();

  constructor(meter: Meter) {
    this.#meter = meter;
  }

  /** Sets what is at `path`; containers made by this update are changed in place. */
  setPath(root: Value, path: readonly Value[], value: Value): Value {
    requireShort(path);
    const setFrom = (level: number, inner: Value): Value => {
      if (level === path.length) return value;
      const key = path[level] ?? null;
      this.#meter.enter(2);
      const changed = setFrom(level + 1, index(inner, key, this.#meter));
      this.#meter.leave(2);
      return this.#set(inner, key, changed);
    };
    return setFrom(0, root);
  }

  #set(root: Value, key: Value, value: Value): Value {
    const base = root ?? emptyFor(key);
    if (typeof key === 'string' && isObject(base)) return this.#setProperty(base, key, value);
    if (isNumber(key) && isArray(base)) return this.#setItem(base, key.valueOf(), value);
    if (isObject(key) && isArray(base)) return this.#setSlice(base, key, value);
    if (isObject(key) && typeof base === 'string')
      throw new JqRuntimeError('Cannot update string slices');
    throw new JqRuntimeError(`Cannot update field at ${kindOf(key)} index of ${kindOf(root)}`);
  }

  /** `left + right`, in place where `left` was made by this update. */
  add(left: Value, right: Value): Value {
    if (isArray(left) && isArray(right)) {
      const draft = this.#draftArray(left);
      this.#meter.allocate(right.length * 8);
      this.#meter.work(right.length >> 3);
      for (const item of right) draft.push(item);
      return draft;
    }
    if (!isObject(left) || !isObject(right)) return add(left, right, this.#meter);
    const draft = this.#draftObject(left);
    for (const key of Object.keys(right)) {
      this.#meter.work(Object.hasOwn(draft, key) ? 2 : stepsPerNewKey);
      this.#meter.allocate(32);
      setProperty(draft, key, getProperty(right, key));
    }
    return draft;
  }

  #draftObject(object: JsonObject): Draft {
    const known = this.#objects.get(object);
    if (known !== undefined) return known;
    const draft = copyProperties(object, this.#meter);
    this.#objects.set(draft, draft);
    return draft;
  }

  #draftArray(array: readonly Value[]): Value[] {
    const known = this.#arrays.get(array);
    if (known !== undefined) return known;
    this.#meter.allocate(array.length * 8);
    this.#meter.work(array.length >> 3);
    const draft = array.slice();
    this.#arrays.set(draft, draft);
    return draft;
  }

  #setProperty(object: JsonObject, key: string, value: Value): Value {
    const draft = this.#draftObject(object);
    this.#meter.allocate(32);
    this.#meter.work((Object.hasOwn(draft, key) ? 2 : stepsPerNewKey) + (key.length >> 8));
    setProperty(draft, key, value);
    return draft;
  }

  #setItem(array: readonly Value[], key: number, value: Value): Value {
    if (Number.isNaN(key)) throw new JqRuntimeError('Cannot set array element at NaN index');
    const at = Math.trunc(key) + (key <= -1 ? array.length : 0);
    if (at < 0) throw new JqRuntimeError('Out of bounds negative array index');
    if (!(at < maxArrayLength)) throw new JqRuntimeError('Array index too large');
    const draft = this.#draftArray(array);
    if (at >= draft.length) {
      this.#meter.allocate((at - draft.length + 1) * 8);
      this.#meter.work((at - draft.length) >> 3);
    }
    while (draft.length < at) draft.push(null);
    draft[at] = value;
    return draft;
  }

  #setSlice(array: readonly Value[], key: JsonObject, value: Value): Value {
    const { start, end } = sliceBounds(array, key);
    if (!isArray(value))
      throw new JqRuntimeError('A slice of an array can only be assigned another array');
    this.#meter.allocate((array.length + value.length) * 8);
    this.#meter.work((array.length + value.length) >> 3);
    return [...array.slice(0, start), ...value, ...array.slice(end)];
  }

  /** Changes nothing in place any more if `value`, about to be seen by the program, was made here. */
  share(value: Value): void {
    if (!isArray(value) && !isObject(value)) return;
    if (!this.#arrays.has(value) && !this.#objects.has(value)) return;
    this.#arrays.clear();
    this.#objects.clear();
  }
}

/** What null becomes when something is set under `key`. */
function emptyFor(key: Value): Value {
  if (typeof key === 'string') return {};
  return isNumber(key) || isObject(key) ? [] : null;
}

function requireShort(path: readonly Value[]): void {
  if (path.length > maxPathLength) throw new JqRuntimeError('Path too deep');
}

export function getPath(root: Value, path: Value, meter: Meter): Value {
  if (!isArray(path)) throw new JqRuntimeError('Path must be specified as an array');
  requireShort(path);
  let value = root;
  for (const key of path) {
    meter.step();
    value = index(value, key, meter);
  }
  return value;
}

/** Deletes all paths at once, so that none of them moves another's target. */
export function deletePaths(root: Value, paths: Value, meter: Meter): Value {
  if (!isArray(paths)) throw new JqRuntimeError('Paths must be specified as an array');
  meter.work(paths.length * 24);
  const sorted = paths
    .toSorted((left, right) => compare(left, right, meter))
    .map((path) => {
      if (!isArray(path))
        throw new JqRuntimeError(`Path must be specified as array, not ${kindOf(path)}`);
      requireShort(path);
      return path;
    });
  const [first] = sorted;
  if (first === undefined) return root;
  return first.length === 0
    ? null
    : new Deletion(sorted, meter).apply(root, { from: 0, to: sorted.length, level: 0 });
}

/** The paths that agree in all keys before `level`. */
interface Section {
  readonly from: number;
  readonly to: number;
  readonly level: number;
}

class Deletion {
  readonly #paths: readonly (readonly Value[])[];
  readonly #meter: Meter;
  readonly #update: Update;

  constructor(paths: readonly (readonly Value[])[], meter: Meter) {
    this.#paths = paths;
    this.#meter = meter;
    this.#update = new Update(meter);
  }

  apply(root: Value, { from, to, level }: Section): Value {
    this.#meter.enter(3);
    const doomed: Value[] = [];
    let result = root;
    for (let start = from, end = from; start < to; start = end) {
      const path = this.#paths[start] ?? [];
      const key = path[level] ?? null;
      // The first is not asked: there are keys that do not equal themselves.
      do {
        this.#meter.step();
        end++;
      } while (end < to && isEqual(this.#paths[end]?.[level] ?? null, key, this.#meter));
      if (path.length === level + 1) doomed.push(key);
      else result = this.#inside(result, key, { from: start, to: end, level: level + 1 });
    }
    this.#meter.leave(3);
    return deleteKeys(result, doomed, this.#meter);
  }

  #inside(root: Value, key: Value, section: Section): Value {
    const inner = index(root, key, this.#meter);
    if (inner === null) return root;
    return this.#update.setPath(root, [key], this.apply(inner, section));
  }
}

function deleteKeys(root: Value, keys: readonly Value[], meter: Meter): Value {
  if (root === null || keys.length === 0) return root;
  if (isArray(root)) return deleteItems(root, keys, meter);
  if (!isObject(root)) throw new JqRuntimeError(`Cannot delete fields from ${kindOf(root)}`);
  const doomed = new Set<string>();
  for (const key of keys) {
    if (typeof key !== 'string')
      throw new JqRuntimeError(`Cannot delete ${kindOf(key)} field of object`);
    doomed.add(key);
  }
  meter.work(keys.length);
  const result: Draft = {};
  for (const [key, value] of Object.entries(root)) {
    meter.allocate(32);
    meter.work(4);
    if (!doomed.has(key)) setProperty(result, key, value);
  }
  return result;
}

function deleteItems(array: readonly Value[], keys: readonly Value[], meter: Meter): Value {
  const isDoomed = new Uint8Array(array.length);
  meter.allocate(array.length * 9);
  meter.work(array.length >> 2);
  for (const key of keys) {
    meter.step();
    if (isNumber(key)) {
      const at = Math.trunc(key.valueOf());
      isDoomed[at < 0 ? at + array.length : at] = 1;
    } else if (isObject(key)) {
      const { start, end } = sliceBounds(array, key);
      meter.work(end - start);
      isDoomed.fill(1, start, end);
    } else throw new JqRuntimeError(`Cannot delete ${kindOf(key)} element of array`);
  }
  return array.filter((_, at) => isDoomed[at] === 0);
}
