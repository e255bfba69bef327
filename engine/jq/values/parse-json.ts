import { ExactNumber, isOutOfRange } from '../../../kernel/exact-number.ts';
import { findOutOfRange, parseJson } from '../../../kernel/json.ts';
import type { Meter } from '../meter.ts';
import { JqRuntimeError } from '../errors.ts';
import { isArray, isObject } from './kinds.ts';
import type { Value } from './kinds.ts';
import { JsonFault, readJsonLeniently } from './read-json-leniently.ts';

const maxDepth = 10_000;

/** A half of a surrogate pair that is written as an escape: no text of jq has one. */
const surrogateEscape = /\\u[dD][89a-fA-F]/;

/** Parses what jq takes for JSON. */
export function readJson(text: string, meter: Meter): Value {
  meter.work(text.length >> 1);
  meter.allocate(text.length * 8);
  if (depthOf(text) > maxDepth) throw new JqRuntimeError('Exceeds depth limit for parsing');
  try {
    return surrogateEscape.test(text) ? leniently(text, meter) : inRange(parseJson(text));
  } catch (error) {
    // Exact numbers are found by walking the value, which is done on the stack.
    if (error instanceof RangeError) throw new JqRuntimeError('Exceeds depth limit for parsing');
    if (!(error instanceof SyntaxError)) throw error;
    return leniently(text, meter);
  }
}

function leniently(text: string, meter: Meter): Value {
  meter.work(text.length);
  try {
    return readJsonLeniently(text);
  } catch (error) {
    if (!(error instanceof JsonFault)) throw error;
    throw new JqRuntimeError(`${error.message} (while parsing '${text}')`);
  }
}

/** What is out of range becomes infinite, as in jq. */
function inRange(value: Value): Value {
  if (findOutOfRange(value) === undefined) return value;
  return toDoubles(value);
}

function toDoubles(value: Value): Value {
  if (value instanceof ExactNumber) return isOutOfRange(value) ? value.valueOf() : value;
  if (isArray(value)) return value.map(toDoubles);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, toDoubles(item)]));
}

function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at) | 0x20;
    if (unit === 0x7b) deepest = Math.max(deepest, ++depth);
    else if (unit === 0x7d) depth--;
  }
  return deepest;
}
