import { isArray, isObject } from './values/kinds.ts';
import type { Value } from './values/kinds.ts';

/** About how many bytes the values take as JSON; stops counting at `most`. */
export function sizeOf(values: readonly Value[], most: number): number {
  const open: Value[] = [...values];
  let size = 0;
  for (let value = open.pop(); value !== undefined && size < most; value = open.pop()) {
    size += 2;
    if (typeof value === 'string') size += value.length;
    else size += openUp(value, open);
  }
  return Math.min(size, most);
}

/** Puts the items aside to be counted; the size of what is around them. */
function openUp(value: Value, open: Value[]): number {
  if (!isObject(value) && !isArray(value)) return 0;
  if (isArray(value)) {
    for (const item of value) open.push(item);
    return 0;
  }
  let size = 0;
  for (const [key, item] of Object.entries(value)) {
    size += key.length + 3;
    open.push(item);
  }
  return size;
}
