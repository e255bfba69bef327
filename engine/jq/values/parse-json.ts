import type { Meter } from '../meter.ts';
import { JqRuntimeError } from '../errors.ts';
import type { Value } from './kinds.ts';

const maxDepth = 10_000;

/** Parses JSON; like jq, takes `nan` at the top for a number. */
export function parseJson(text: string, meter: Meter): Value {
  meter.work(text.length >> 1);
  meter.allocate(text.length * 8);
  if (depthOf(text) > maxDepth) throw new JqRuntimeError('Exceeds depth limit for parsing');
  if (/^\s*nan\s*$/.test(text)) return NaN;
  try {
    return toValue(JSON.parse(text));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new JqRuntimeError(`${reasonOf(text)} (while parsing '${text}')`);
  }
}

/** JSON.parse makes nothing but JSON values. */
function toValue(parsed: unknown): Value {
  return parsed as Value;
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
  return text.trim() === '' ? 'Expected JSON value' : 'Invalid JSON text';
}
