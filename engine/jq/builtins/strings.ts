import type { Meter } from '../meter.ts';
import { JqRuntimeError } from '../errors.ts';
import { itemsOf } from '../values/access.ts';
import { add, splitText } from '../values/arithmetic.ts';
import { describe, dump } from '../values/dump.ts';
import { finder } from '../values/find.ts';
import { isArray, isNumber, literalNumber } from '../values/kinds.ts';
import type { Value } from '../values/kinds.ts';
import { codePointCounter } from '../values/strings.ts';
import { formatter } from '../formats.ts';
import { readNumber } from '../values/number-text.ts';
import { readJson } from '../values/parse-json.ts';
import type { ValueFunction } from './builtin.ts';

/** Builtins on text. */
export const stringFunctions: Readonly<Record<string, ValueFunction>> = {
  'startswith/1': (input, [prefix = null], meter) => {
    if (typeof input === 'string' && typeof prefix === 'string')
      return beginsWith(input, prefix, meter);
    throw new JqRuntimeError('startswith() requires string inputs');
  },
  'endswith/1': (input, [suffix = null], meter) => {
    if (typeof input === 'string' && typeof suffix === 'string')
      return endsWith(input, suffix, meter);
    throw new JqRuntimeError('endswith() requires string inputs');
  },
  'ltrimstr/1': (input, [prefix = null], meter) => trimStart(input, prefix, meter),
  'rtrimstr/1': (input, [suffix = null], meter) => trimEnd(input, suffix, meter),
  'trimstr/1': (input, [part = null], meter) => trimEnd(trimStart(input, part, meter), part, meter),
  'trim/0': (input, _args, meter) =>
    trimmed(input, meter, (text) => text.replace(leadingSpace, '').replace(trailingSpace, '')),
  'ltrim/0': (input, _args, meter) =>
    trimmed(input, meter, (text) => text.replace(leadingSpace, '')),
  'rtrim/0': (input, _args, meter) =>
    trimmed(input, meter, (text) => text.replace(trailingSpace, '')),
  'split/1': (input, [separator = null], meter) => {
    if (typeof input === 'string' && typeof separator === 'string')
      return splitText(input, separator, meter);
    throw new JqRuntimeError('split input and separator must be strings');
  },
  'join/1': (input, [separator = null], meter) => join(itemsOf(input, meter), separator, meter),
  'ascii_downcase/0': (input, _args, meter) =>
    caseless(input, meter).replace(/[A-Z]+/g, (part) => part.toLowerCase()),
  'ascii_upcase/0': (input, _args, meter) =>
    caseless(input, meter).replace(/[a-z]+/g, (part) => part.toUpperCase()),
  'explode/0': (input, _args, meter) => {
    if (typeof input !== 'string') throw new JqRuntimeError('explode input must be a string');
    meter.work(input.length * 2);
    meter.allocate(input.length * 8);
    return Array.from(input, (char) => char.codePointAt(0) ?? 0);
  },
  'implode/0': (input, _args, meter) => implode(input, meter),
  'ascii/0': (input, _args, meter) => {
    if (typeof input !== 'number')
      throw new JqRuntimeError(`${describe(input, meter)} cannot be made a character`);
    return codePoint(input);
  },
  'tonumber/0': (input, _args, meter) => toNumber(input, meter),
  'toboolean/0': (input, _args, meter) => {
    if (typeof input === 'boolean') return input;
    if (input === 'true' || input === 'false') return input === 'true';
    throw new JqRuntimeError(`${describe(input, meter)} cannot be parsed as a boolean`);
  },
  'fromjson/0': (input, _args, meter) => {
    if (typeof input !== 'string')
      throw new JqRuntimeError(`${describe(input, meter)} only strings can be parsed`);
    return readJson(input, meter);
  },
  'format/1': (input, [name = null], meter) => {
    const apply = typeof name === 'string' ? formatter(name) : undefined;
    if (apply === undefined)
      throw new JqRuntimeError(
        typeof name === 'string'
          ? `${name} is not a valid format`
          : `${describe(name, meter)} is not a valid format`,
      );
    return apply(input, meter);
  },
};

/** Unicode's White_Space, which is not what JavaScript trims. */
const leadingSpace = /^\p{White_Space}+/u;
const trailingSpace = /(?<!\p{White_Space})\p{White_Space}+$/u;

function trimmed(input: Value, meter: Meter, trim: (text: string) => string): Value {
  if (typeof input !== 'string') throw new JqRuntimeError('trim input must be a string');
  meter.work(input.length >> 2);
  return trim(input);
}

function trimStart(input: Value, prefix: Value, meter: Meter): string {
  meter.step();
  if (typeof input !== 'string' || typeof prefix !== 'string')
    throw new JqRuntimeError('startswith() requires string inputs');
  return beginsWith(input, prefix, meter) ? input.slice(prefix.length) : input;
}

function beginsWith(text: string, prefix: string, meter: Meter): boolean {
  meter.work((prefix.length >> 6) + (text.length >> 8));
  return text.startsWith(prefix);
}

function endsWith(text: string, suffix: string, meter: Meter): boolean {
  meter.work((suffix.length >> 6) + (text.length >> 8));
  return text.endsWith(suffix);
}

function trimEnd(input: Value, suffix: Value, meter: Meter): string {
  meter.step();
  if (typeof input !== 'string' || typeof suffix !== 'string')
    throw new JqRuntimeError('endswith() requires string inputs');
  return endsWith(input, suffix, meter) ? input.slice(0, input.length - suffix.length) : input;
}

function caseless(input: Value, meter: Meter): string {
  if (typeof input !== 'string') throw new JqRuntimeError('explode input must be a string');
  meter.work(input.length >> 2);
  meter.allocate(input.length);
  return input;
}

function join(items: readonly Value[], separator: Value, meter: Meter): Value {
  let text: Value = '';
  for (const [at, item] of items.entries()) {
    meter.step();
    if (at > 0) text = add(text, separator, meter);
    const isPlain = isNumber(item) || typeof item === 'boolean';
    text = add(text, isPlain ? dump(item, meter) : (item ?? ''), meter);
  }
  return text;
}

function implode(input: Value, meter: Meter): string {
  if (!isArray(input)) throw new JqRuntimeError('implode input must be an array');
  meter.work(input.length * 2);
  meter.allocate(input.length * 2);
  return input
    .map((point) => {
      if (typeof point === 'number' && !Number.isNaN(point)) return codePoint(point);
      throw new JqRuntimeError(
        `${describe(point, meter)} can't be imploded, unicode codepoint needs to be numeric`,
      );
    })
    .join('');
}

/** What is no code point becomes the replacement character. */
function codePoint(value: number): string {
  const point = Math.trunc(value);
  const isValid = point >= 0 && point <= 0x10ffff && !(point >= 0xd800 && point <= 0xdfff);
  return String.fromCodePoint(isValid ? point : 0xfffd);
}

function toNumber(input: Value, meter: Meter): Value {
  if (isNumber(input)) return input;
  if (typeof input === 'string') {
    meter.work(input.length >> 3);
    const number = readNumber(input);
    if (number !== undefined) return typeof number === 'string' ? literalNumber(number) : number;
  }
  throw new JqRuntimeError(`${describe(input, meter)} cannot be parsed as a number`);
}

/** Code point offsets of all, also overlapping, occurrences. */
export function occurrences(text: string, wanted: string, meter: Meter): Value {
  if (wanted === '') return [];
  const offset = codePointCounter(text);
  const found: number[] = [];
  meter.work(text.length);
  const search = finder(wanted, meter);
  for (let at = search(text, 0); at !== -1; at = search(text, at + 1)) {
    meter.work(1 + (wanted.length >> 3));
    found.push(offset(at));
  }
  return found;
}
