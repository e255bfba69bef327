import type { JsonValue } from '../../kernel/json.ts';
import type { KeyRenamer, Rewrite } from '../plan/plan.ts';
import type { TypeIndex } from '../supergraph/type-index.ts';
import { type DataObject, type DataValue, isDataObject, type Located } from './data.ts';

const FRAGMENT = '... on ';

/** Applies the planner's rewrites in place: renamed keys and type names that a subgraph knows otherwise. */
export function applyRewrites(
  rewrites: readonly Rewrite[],
  value: DataValue | undefined,
  types: TypeIndex,
): void {
  for (const rewrite of rewrites) {
    const last = rewrite.path.at(-1);
    if (last === undefined) continue;
    const act = (object: DataObject): void => {
      if (rewrite.kind === 'ValueSetter') {
        object[last] = copyOf(rewrite.setValueTo);
      } else if (object[last] !== undefined) {
        object[rewrite.renameKeyTo] = object[last];
        // Undefined is absent to projection, and cheaper than delete.
        object[last] = undefined;
      }
    };
    eachAt(value, rewrite.path.slice(0, -1), { types, act });
  }
}

function copyOf(value: JsonValue): DataValue {
  // A JsonValue is a DataValue but for readonly; the copy may be changed.
  return structuredClone(value) as DataValue;
}

interface Visit {
  readonly types: TypeIndex;
  readonly act: (object: DataObject) => void;
}

function eachAt(value: DataValue | undefined, path: readonly string[], visit: Visit): void {
  if (Array.isArray(value)) {
    for (const item of value) eachAt(item, path, visit);
    return;
  }
  if (!isDataObject(value)) return;
  const [first, ...rest] = path;
  if (first === undefined) visit.act(value);
  else if (!first.startsWith(FRAGMENT)) eachAt(value[first], rest, visit);
  else if (isOfType(value, first.slice(FRAGMENT.length), visit.types)) eachAt(value, rest, visit);
}

/** An object without `__typename` was asked for under one type only, so the condition holds. */
function isOfType(object: DataObject, condition: string, types: TypeIndex): boolean {
  const name = object['__typename'];
  return typeof name !== 'string' || types.satisfies(name, condition);
}

/** The values an entity's arguments take from objects above it (`@fromContext`). */
export function readContext(
  rewrites: readonly KeyRenamer[],
  place: Located,
  types: TypeIndex,
): Record<string, DataValue> {
  const values: Record<string, DataValue> = {};
  for (const { path, renameKeyTo } of rewrites) {
    const found = valueAbove(path, place, types);
    if (found !== undefined && values[renameKeyTo] === undefined) values[renameKeyTo] = found;
  }
  return values;
}

function valueAbove(
  path: readonly string[],
  place: Located,
  types: TypeIndex,
): DataValue | undefined {
  let current: DataValue | undefined = place.object;
  let height = place.ancestors.length;
  for (const element of path) {
    if (element === '..') {
      current = place.ancestors[--height];
    } else if (!isDataObject(current)) {
      return undefined;
    } else if (element.startsWith(FRAGMENT)) {
      if (!isOfType(current, element.slice(FRAGMENT.length), types)) return undefined;
    } else {
      current = current[element];
    }
  }
  return current;
}
