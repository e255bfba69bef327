import { ExactNumber, isOutOfRange } from '../../../kernel/exact-number.ts';
import { findOutOfRange, parseJson } from '../../../kernel/json.ts';
import type { Meter } from '../meter.ts';
import { JqRuntimeError } from '../errors.ts';
import { isArray, isObject } from './kinds.ts';
import type { Value } from './kinds.ts';

const maxDepth = 10_000;

/** Parses JSON; like jq, takes `nan` at the top for a number. */
export function readJson(text: string, meter: Meter): Value {
  meter.work(text.length >> 1);
  meter.allocate(text.length * 8);
  if (depthOf(text) > maxDepth) throw new JqRuntimeError('Exceeds depth limit for parsing');
  if (/^\s*nan\s*$/.test(text)) return NaN;
  try {
    return inRange(parseJson(text));
  } catch (error) {
    // Exact numbers are found by walking the value, which is done on the stack.
    if (error instanceof RangeError) throw new JqRuntimeError('Exceeds depth limit for parsing');
    if (!(error instanceof SyntaxError)) throw error;
    throw new JqRuntimeError(`${reasonOf(text)} (while parsing '${text}')`);
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

function reasonOf(text: string): string {
  if (text.trim() === '') return 'Expected JSON value';
  return wordFault(text) ?? 'Invalid JSON text';
}

/** What jq says of a text that begins with a word which is no value, such as `abc`. */
function wordFault(text: string): string | undefined {
  const [start = '', word = ''] = /^\s*([^\s[\]{},:"']+)/.exec(text) ?? [];
  if (word === '' || isValue(word)) return undefined;
  const reason = /^(?:[tf]|n(?!an))/.test(word) ? 'Invalid literal' : 'Invalid numeric literal';
  if (start.length === text.length) return `${reason} at EOF at ${positionOf(text)}`;
  return `${reason} at ${positionOf(text.slice(0, start.length + 1))}`;
}

function isValue(word: string): boolean {
  return /^(?:true|false|null|nan|-?\d+(?:\.\d*)?(?:[eE][+-]?\d+)?)$/.test(word);
}

function positionOf(read: string): string {
  const lines = read.split('\n');
  return `line ${String(lines.length)}, column ${String(Buffer.byteLength(lines.at(-1) ?? ''))}`;
}
