import type { JsonValue } from '../kernel/json.ts';
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
  return { value: parsed(text), bytes: Buffer.byteLength(text) };
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
  if (typeof value !== 'object' || value === null) return false;
  if (allowed === 0) return true;
  const members = isJsonArray(value) ? value : Object.values(value);
  return members.some((member) => isDeeper(member, allowed - 1));
}

// JSON.stringify of a JSON value gives the text of one.
function parsed(text: string): JsonValue {
  return JSON.parse(text) as JsonValue;
}
