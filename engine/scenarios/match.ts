import { isJsonObject, type JsonValue } from '../../kernel/json.ts';
import { canonicalText } from '../canonical-text.ts';
import { pointer } from '../dsl/finding.ts';
import { isJsonArray } from '../json-text.ts';

/** Where a value is otherwise than expected. */
export interface Difference {
  /** JSON pointer into the value. */
  readonly path: string;
  /** Undefined: nothing should stand there. */
  readonly expected: JsonValue | undefined;
  /** Undefined: nothing stands there. */
  readonly actual: JsonValue | undefined;
}

/** How closely a value is looked at: `exact`, or only at the members that are expected of objects. */
export type Closeness = 'exact' | 'included';

/** The places where a value is otherwise than expected, in the order of the expectation. Numbers are equal by value. */
export function differences(
  actual: JsonValue | undefined,
  expected: JsonValue,
  closeness: Closeness,
): Difference[] {
  return compare({ actual, expected, path: '' }, closeness);
}

/** True when a value has all that is expected of it. */
export function includes(actual: JsonValue | undefined, expected: JsonValue): boolean {
  return differences(actual, expected, 'included').length === 0;
}

function compare(pair: Difference, closeness: Closeness): Difference[] {
  const { actual, expected, path } = pair;
  const keys = sharedKeys(actual, expected, closeness);
  if (keys === undefined) return isSame(actual, expected) ? [] : [pair];
  return keys.flatMap((key) => {
    const below = { actual: memberOf(actual, key), expected: memberOf(expected, key) };
    return compare({ ...below, path: pointer(path, key) }, closeness);
  });
}

/** The members to look at one by one; undefined where the two have none in common to look at. */
function sharedKeys(
  actual: JsonValue | undefined,
  expected: JsonValue | undefined,
  closeness: Closeness,
): readonly (string | number)[] | undefined {
  if (isJsonArray(actual) && isJsonArray(expected))
    return Array.from({ length: Math.max(actual.length, expected.length) }, (_, index) => index);
  if (!isJsonObject(actual) || !isJsonObject(expected)) return undefined;
  const more = closeness === 'exact' ? Object.keys(actual) : [];
  return [...new Set([...Object.keys(expected), ...more])];
}

function memberOf(value: JsonValue | undefined, key: string | number): JsonValue | undefined {
  if (isJsonArray(value)) return typeof key === 'number' ? value[key] : undefined;
  return isJsonObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

function isSame(left: JsonValue | undefined, right: JsonValue | undefined): boolean {
  if (left === undefined || right === undefined) return left === right;
  return canonicalText(left) === canonicalText(right);
}

/** True when a text is what a pattern says, in which `*` stands for any text. */
export function fits(pattern: string, text: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  const last = rest.pop();
  if (last === undefined) return text === first;
  if (text.length < first.length + last.length) return false;
  if (!text.startsWith(first) || !text.endsWith(last)) return false;
  let at = first.length;
  for (const part of rest) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return at <= text.length - last.length;
}
