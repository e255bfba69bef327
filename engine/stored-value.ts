import { ExactNumber, hasMadeExactNumbers } from '../kernel/exact-number.ts';
import { findOutOfRange, parseJson, type JsonValue } from '../kernel/json.ts';
import { findUnstorable, isStorableJson } from '../kernel/storable.ts';
import { isJsonArray } from './json-text.ts';
import { workflowError } from './problem.ts';

/** How deep the result of an effect may be nested: what every database we run on can parse. */
const maxValueDepth = 1_000;

/** A result as the journal keeps it. */
export interface StoredValue {
  readonly value: JsonValue;
  readonly bytes: number;
}

/**
 * Brings a live result into the form in which a replay will read it: what JSON cannot carry (-0, infinities, what is
 * shared or undefined) is lost before anybody acts on it, not after the first crash.
 */
export function asStored(live: JsonValue): StoredValue {
  const text = textOf(live);
  const value = parseJson(text);
  requireRange(value);
  if (!isStorableJson(text)) throw unstorable(value);
  return { value, bytes: Buffer.byteLength(text) };
}

function textOf(live: JsonValue): string {
  try {
    const text = JSON.stringify(live);
    // Each level takes two characters at least, so a short text is never too deep.
    if (text.length < 2 * maxValueDepth || !isDeeper(live, maxValueDepth)) return text;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  throw workflowError('runtime', `a result is nested deeper than ${String(maxValueDepth)}`);
}

function isDeeper(value: JsonValue, allowed: number): boolean {
  if (typeof value !== 'object' || value === null || value instanceof ExactNumber) return false;
  if (allowed === 0) return true;
  const members = isJsonArray(value) ? value : Object.values(value);
  return members.some((member) => isDeeper(member, allowed - 1));
}

/** A number that nobody can work with is told by its name and never becomes another. */
function requireRange(value: JsonValue): void {
  if (!hasMadeExactNumbers()) return;
  const odd = findOutOfRange(value);
  if (odd === undefined) return;
  const what = `the number ${shortened(odd.text)}${placeOf(odd.path)}`;
  throw workflowError('validation', `${what} is out of range`);
}

/** What no journal takes is the author's to handle; writing it would fail in every attempt, and each asks anew. */
function unstorable(value: JsonValue): Error {
  const what = `the result${placeOf(findUnstorable(value) ?? [])}`;
  return workflowError(
    'validation',
    `${what} holds NUL characters or broken Unicode, which cannot be kept`,
  );
}

function placeOf(path: readonly (string | number)[]): string {
  return path.length === 0 ? '' : ` at ${path.join('.')}`;
}

function shortened(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
