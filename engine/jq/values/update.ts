import type { JsonObject } from '../../../kernel/json.ts';
import type { Meter } from '../budget.ts';
import { JqRuntimeError } from '../errors.ts';
import { index, sliceBounds } from './access.ts';
import { add, copyProperties } from './arithmetic.ts';
import { compare, isEqual } from './compare.ts';
import { isArray, isObject, kindOf } from './kinds.ts';
import type { Value } from './kinds.ts';
import { getProperty, setProperty } from './objects.ts';
import type { Draft } from './objects.ts';

const maxArrayLength = 2 ** 29;

/** A series of updates to one value, which copies each container it changes only once. */
export class Update {
  readonly #meter: Meter;
  #arrays = new WeakMap<object, Value[]>();
  #objects = new WeakMap<object, Draft>();

  constructor(meter: Meter) {
    this.#meter = meter;
  }

  /** Sets what is at `path`; containers made by this update are changed in place. */
  setPath(root: Value, path: readonly Value[], value: Value, level = 0): Value {
    if (level === path.length) return value;
    const key = path[level] ?? null;
    this.#meter.enter(2);
    const inner = this.setPath(index(root, key, this.#meter), path, value, level + 1);
    this.#meter.leave(2);
    return this.#set(root, key, inner);
  }

  #set(root: Value, key: Value, value: Value): Value {
    if (typeof key === 'string' && (isObject(root) || root === null))
      return this.#setProperty(root ?? {}, key, value);
    if (typeof key === 'number' && (isArray(root) || root === null))
      return this.#setItem(root ?? [], key, value);
    if (isObject(key) && (isArray(root) || root === null))
      return this.#setSlice(root ?? [], key, value);
    if (isArray(key) && isArray(root))
      throw new JqRuntimeError('Cannot update field at array index of array');
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
      this.#meter.work(8);
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
    this.#meter.work(Object.hasOwn(draft, key) ? 2 : 20);
    setProperty(draft, key, value);
    return draft;
  }

  #setItem(array: readonly Value[], key: number, value: Value): Value {
    const at = Math.trunc(key) + (key <= -1 ? array.length : 0);
    if (at < 0) throw new JqRuntimeError('Out of bounds negative array index');
    if (!(at < maxArrayLength)) throw new JqRuntimeError('Array index too large');
    const draft = this.#draftArray(array);
    if (at >= draft.length) this.#meter.allocate((at - draft.length + 1) * 8);
    while (draft.length < at) draft.push(null);
    draft[at] = value;
    return draft;
  }

  #setSlice(array: readonly Value[], key: JsonObject, value: Value): Value {
    if (!isArray(value))
      throw new JqRuntimeError('A slice of an array can only be assigned another array');
    const { start, end } = sliceBounds(array, key);
    this.#meter.allocate((array.length + value.length) * 8);
    return [...array.slice(0, start), ...value, ...array.slice(end)];
  }

  /** Changes nothing in place any more if `value`, about to be seen by the program, was made here. */
  share(value: Value): void {
    if (typeof value !== 'object' || value === null) return;
    if (!this.#arrays.has(value) && !this.#objects.has(value)) return;
    this.#arrays = new WeakMap();
    this.#objects = new WeakMap();
  }
}

export function getPath(root: Value, path: Value, meter: Meter): Value {
  if (!isArray(path)) throw new JqRuntimeError('Path must be specified as an array');
  let value = root;
  for (const key of path) {
    meter.step();
    if (value === null && !isPathKey(key)) index(value, key, meter);
    value = index(value, key, meter);
  }
  return value;
}

function isPathKey(key: Value): boolean {
  return typeof key === 'string' || typeof key === 'number' || isObject(key);
}

export function setPath(root: Value, path: Value, value: Value, meter: Meter): Value {
  if (!isArray(path)) throw new JqRuntimeError('Path must be specified as an array');
  return new Update(meter).setPath(root, path, value);
}

/** Deletes all paths at once, so that none of them moves another's target. */
export function deletePaths(root: Value, paths: Value, meter: Meter): Value {
  if (!isArray(paths)) throw new JqRuntimeError('Paths must be specified as an array');
  const arrays = paths.map((path) => {
    if (!isArray(path))
      throw new JqRuntimeError(`Path must be specified as array, not ${kindOf(path)}`);
    return path;
  });
  meter.work(arrays.length * 24);
  const sorted = arrays.sort((left, right) => compare(left, right, meter));
  const [first] = sorted;
  if (first === undefined) return root;
  return first.length === 0 ? null : deleteSorted(root, sorted, 0, meter);
}

function deleteSorted(
  root: Value,
  paths: readonly (readonly Value[])[],
  level: number,
  meter: Meter,
): Value {
  meter.enter(3);
  const doomed: Value[] = [];
  const update = new Update(meter);
  let result = root;
  for (let from = 0, to = 0; from < paths.length; from = to) {
    const path = paths[from] ?? [];
    const key = path[level] ?? null;
    while (to < paths.length && isEqual(paths[to]?.[level] ?? null, key, meter)) to++;
    if (path.length === level + 1) {
      doomed.push(key);
      continue;
    }
    const inner = index(result, key, meter);
    if (inner !== null) {
      const left = deleteSorted(inner, paths.slice(from, to), level + 1, meter);
      result = update.setPath(result, [key], left);
    }
  }
  meter.leave(3);
  return deleteKeys(result, doomed, meter);
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
    if (!doomed.has(key)) setProperty(result, key, value);
  }
  return result;
}

function deleteItems(array: readonly Value[], keys: readonly Value[], meter: Meter): Value {
  const isDoomed = new Uint8Array(array.length);
  meter.allocate(array.length * 9);
  for (const key of keys) {
    meter.step();
    if (typeof key === 'number') {
      const at = Math.trunc(key);
      isDoomed[at < 0 ? at + array.length : at] = 1;
    } else if (isObject(key)) {
      const { start, end } = sliceBounds(array, key);
      meter.work(end - start);
      isDoomed.fill(1, start, end);
    } else throw new JqRuntimeError(`Cannot delete ${kindOf(key)} element of array`);
  }
  return array.filter((_, at) => isDoomed[at] === 0);
}
