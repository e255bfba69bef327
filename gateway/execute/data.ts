import { ExactNumber } from '../../kernel/exact-number.ts';
import { parseJson, parseShallowJson } from '../../kernel/json.ts';

/** The tree that fetches fill and projection reads; mutable on purpose, it never leaves one request. */
export type DataValue = null | boolean | number | ExactNumber | string | DataValue[] | DataObject;

export interface DataObject {
  [key: string]: DataValue | undefined;
}

export function isDataObject(value: DataValue | undefined): value is DataObject {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof ExactNumber)
  );
}

/** Shorter texts cannot nest deep enough to overflow a stack, and most answers are: they are spared the look. */
const harmlessLength = 10_000;

/** JSON can only give what DataValue describes; throws SyntaxError otherwise. */
export function parseData(text: string): DataValue {
  return (text.length > harmlessLength ? parseShallowJson(text) : parseJson(text)) as DataValue;
}

/**
 * Merges `source` into `target`, deeply. A null never replaces what another subgraph already gave:
 * its failure to answer is in `errors`. No query asks for `__proto__`, and to write there is to change every object.
 */
export function mergeInto(target: DataObject, source: DataObject): void {
  for (const key in source) {
    const next = source[key];
    if (next === undefined || key === '__proto__') continue;
    const known = target[key];
    if (known === undefined || known === null) target[key] = next;
    else if (next !== null) target[key] = mergeValue(known, next);
  }
}

function mergeValue(known: DataValue, next: DataValue): DataValue {
  if (known === next) return known;
  if (isDataObject(known) && isDataObject(next)) mergeInto(known, next);
  else if (Array.isArray(known) && Array.isArray(next)) mergeLists(known, next);
  else return next;
  return known;
}

function mergeLists(known: DataValue[], next: readonly DataValue[]): void {
  for (const [index, value] of next.entries()) {
    const old = known[index];
    if (old === undefined || old === null) known[index] = value;
    else if (value !== null) known[index] = mergeValue(old, value);
  }
}

/** Adds to `out` every object that `path` leads to; what its elements mean is told at `PlanPath`. */
export function collect(root: DataObject, path: readonly string[], out: DataObject[]): void {
  replaceAt(root, path, (object) => {
    out.push(object);
    return object;
  });
}

function isContainer(value: DataValue | undefined): value is DataObject | DataValue[] {
  return Array.isArray(value) || isDataObject(value);
}

/** Puts what `choose` gives in the place of every object that `path` leads to. */
export function replaceAt(
  root: DataObject,
  path: readonly string[],
  choose: (object: DataObject) => DataObject,
): void {
  walk(root, 0);

  function walk(current: DataObject | DataValue[], at: number): DataObject | DataValue[] {
    const key = path[at];
    if (Array.isArray(current)) return walkList(current, key === '@' ? at + 1 : at);
    if (key === undefined) return choose(current);
    if (isTypeCondition(key)) return meets(current, key) ? walk(current, at + 1) : current;
    const child = current[key];
    if (!isContainer(child)) return current;
    const chosen = walk(child, at + 1);
    if (chosen !== child) current[key] = chosen;
    return current;
  }

  function walkList(list: DataValue[], at: number): DataValue[] {
    for (let index = 0; index < list.length; index++) {
      const item = list[index];
      if (!isContainer(item)) continue;
      const chosen = walk(item, at);
      if (chosen !== item) list[index] = chosen;
    }
    return list;
  }
}

function isTypeCondition(element: string): boolean {
  return element.startsWith('|');
}

/** An object without `__typename` was asked for under one type only. */
function meets({ __typename: name }: DataObject, condition: string): boolean {
  return typeof name !== 'string' || condition.includes(`|${name}|`);
}

/** An object with its place: the keys from the root and the objects it lies in, nearest last. */
export interface Located {
  readonly object: DataObject;
  readonly path: readonly (string | number)[];
  readonly ancestors: readonly DataObject[];
}

/** Like `collect`, with concrete paths; used where something failed, for contexts and for @defer. */
export function locate(root: DataObject, path: readonly string[]): Located[] {
  const out: Located[] = [];
  walk(root, 0, { path: [], ancestors: [] });
  return out;

  function walk(current: DataValue | undefined, at: number, place: Omit<Located, 'object'>): void {
    if (!isContainer(current)) return;
    if (Array.isArray(current)) {
      const next = path[at] === '@' ? at + 1 : at;
      for (const [index, item] of current.entries()) {
        walk(item, next, { path: [...place.path, index], ancestors: place.ancestors });
      }
      return;
    }
    const key = path[at];
    if (key === undefined) out.push({ object: current, ...place });
    else if (isTypeCondition(key)) {
      if (meets(current, key)) walk(current, at + 1, place);
    } else if (key !== '@') {
      walk(current[key], at + 1, {
        path: [...place.path, key],
        ancestors: [...place.ancestors, current],
      });
    }
  }
}
