import type { JsonObject } from '../../../kernel/json.ts';
import type { Meter } from '../meter.ts';
import type { Value } from './kinds.ts';
import { compareStrings } from './strings.ts';

// An object that grows turns into a hash table, whose every insertion takes about a microsecond.
export const stepsPerNewKey = 40;

/** An object under construction. */
export type Draft = Record<string, Value>;

/** The own property `key`, whatever its name; null when there is none. */
export function getProperty(object: JsonObject, key: string): Value {
  return Object.hasOwn(object, key) ? (object[key] ?? null) : null;
}

/** Sets an own property; an assignment to `__proto__` would replace the prototype instead. */
export function setProperty(object: Draft, key: string, value: Value): void {
  if (key === '__proto__') {
    Object.defineProperty(object, key, {
      value,
      writable: true,
      enumerable: true,
      configurable: true,
    });
  } else object[key] = value;
}

/** The keys in jq's order, that of their code points. */
export function sortedKeys(object: JsonObject, meter: Meter): string[] {
  const keys = Object.keys(object);
  meter.work(keys.length * Math.ceil(Math.log2(keys.length + 1)));
  return keys.sort(compareStrings);
}
