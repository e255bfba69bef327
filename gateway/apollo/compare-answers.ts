import { ExactNumber } from '../../kernel/exact-number.ts';
import {
  isJsonObject,
  type JsonObject,
  type JsonValue,
  parseShallowJson,
} from '../../kernel/json.ts';
import type { FormattedError } from '../operation.ts';

/** How two answers differ at a place. */
export type DifferenceKind = 'value' | 'null' | 'length' | 'fields' | 'order' | 'error';

/** One place where two answers differ; elements of lists are not told apart. */
export interface Difference {
  readonly kind: DifferenceKind;
  readonly path: readonly string[];
}

/** More say nothing new about an operation. */
const maxDifferences = 20;

/** Compares two results in JSON: values, nulls, the order of fields, and errors by path. */
export function compareAnswers(oneText: string, otherText: string): Difference[] {
  const one = readAnswer(oneText);
  const other = readAnswer(otherText);
  const found = new Map<string, Difference>();
  const add = (kind: DifferenceKind, path: readonly string[]): void => {
    if (found.size < maxDifferences) found.set(`${kind} ${path.join('.')}`, { kind, path });
  };
  compareValues(one.data, other.data, { path: [], add });
  for (const path of differentErrors(one.errors, other.errors)) add('error', path);
  return [...found.values()];
}

interface Answer {
  readonly data: JsonValue;
  readonly errors: readonly FormattedError[];
}

function readAnswer(text: string): Answer {
  const answer = parseShallowJson(text);
  const { data = null, errors = [] } = isJsonObject(answer) ? answer : {};
  // Both were written by a gateway.
  return { data, errors: errors as unknown as readonly FormattedError[] };
}

interface Place {
  readonly path: readonly string[];
  readonly add: (kind: DifferenceKind, path: readonly string[]) => void;
}

function compareValues(one: JsonValue, other: JsonValue, at: Place): void {
  if (one === other) return;
  if (one === null || other === null) at.add('null', at.path);
  else if (Array.isArray(one) && Array.isArray(other)) compareLists(one, other, at);
  else if (isPlainObject(one) && isPlainObject(other)) compareObjects(one, other, at);
  else if (JSON.stringify(one) !== JSON.stringify(other)) at.add('value', at.path);
}

function isPlainObject(value: JsonValue): value is JsonObject {
  return isJsonObject(value) && !((value as unknown) instanceof ExactNumber);
}

function compareLists(one: readonly JsonValue[], other: readonly JsonValue[], at: Place): void {
  if (one.length !== other.length) {
    at.add('length', at.path);
    return;
  }
  for (const [index, item] of one.entries()) {
    compareValues(item, other[index] ?? null, { ...at, path: [...at.path, '@'] });
  }
}

function compareObjects(one: JsonObject, other: JsonObject, at: Place): void {
  const keys = Object.keys(one);
  const others = Object.keys(other);
  const isSame = keys.length === others.length && keys.every((key) => Object.hasOwn(other, key));
  if (!isSame) {
    at.add('fields', at.path);
    return;
  }
  if (keys.some((key, index) => others[index] !== key)) at.add('order', at.path);
  for (const key of keys) {
    compareValues(one[key] ?? null, other[key] ?? null, { ...at, path: [...at.path, key] });
  }
}

/** An error without a place may stand for any: beside one, it counts only that there are errors. */
function differentErrors(
  one: readonly FormattedError[],
  other: readonly FormattedError[],
): readonly (readonly string[])[] {
  const isVague = [...one, ...other].some(({ path }) => path === undefined);
  if (isVague) return one.length > 0 === other.length > 0 ? [] : [[]];
  const ours = new Map(one.map((error) => [placeOf(error).join('.'), placeOf(error)]));
  const theirs = new Map(other.map((error) => [placeOf(error).join('.'), placeOf(error)]));
  const onlyOne = [...ours].filter(([key]) => !theirs.has(key));
  const onlyOther = [...theirs].filter(([key]) => !ours.has(key));
  return [...onlyOne, ...onlyOther].map(([, path]) => path);
}

function placeOf({ path = [] }: FormattedError): string[] {
  return path.map((key) => (typeof key === 'number' ? '@' : key));
}
