import { caseless, inverse, namedClass, property, range, union } from './classes.ts';
import type { Reader } from './reader.ts';
import type { Test } from './syntax.ts';

const controls: Readonly<Record<string, number>> = {
  t: 9,
  n: 10,
  v: 11,
  f: 12,
  r: 13,
  a: 7,
  e: 27,
};

/** From behind `\`: a class like `\w` or `\p{L}`; undefined when it is none, and then nothing is read. */
export function parseClassEscape(reader: Reader): Test | undefined {
  const letter = reader.peek();
  if ('wsd'.includes(letter) && letter !== '') return namedClass(reader.take());
  if ('WSD'.includes(letter) && letter !== '')
    return inverse(namedClass(reader.take().toLowerCase()) ?? never);
  return letter === 'p' || letter === 'P' ? parseProperty(reader) : undefined;
}

const never: Test = () => false;

function parseProperty(reader: Reader): Test | undefined {
  const found = reader.match(/[pP]\{(\^?)([^}]*)\}/y);
  if (found === undefined) return undefined;
  const [, caret, name = ''] = found;
  const test = property(name) ?? reader.fail(`invalid character property name {${name}}`);
  return (caret === '^') !== found[0].startsWith('P') ? inverse(test) : test;
}

/** From behind `\`: the character an escape stands for. */
export function parseCharEscape(reader: Reader): number {
  const point = parseNumbered(reader) ?? parseControl(reader);
  if (point !== undefined) return point;
  if (reader.peek() === '') reader.fail('end pattern at escape');
  const letter = reader.take();
  return controls[letter] ?? letter.codePointAt(0) ?? 0;
}

function parseNumbered(reader: Reader): number | undefined {
  const hex = reader.match(/x(?:\{([\da-fA-F]{1,8})\}|([\da-fA-F]{0,2}))/y);
  if (hex !== undefined) return reader.point(parsedIn(16, hex));
  const octal = reader.match(/o\{([0-7]{1,11})\}|([0-7]{1,3})/y);
  return octal === undefined ? undefined : reader.point(parsedIn(8, octal));
}

function parsedIn(radix: number, [, braced, bare]: readonly string[]): number {
  const digits = braced ?? bare ?? '';
  return digits === '' ? 0 : Number.parseInt(digits, radix);
}

function parseControl(reader: Reader): number | undefined {
  const control = reader.match(/c([@-_a-z])|C-([@-_a-z])/y);
  if (control === undefined) return undefined;
  return (control[1] ?? control[2] ?? '@').charCodeAt(0) & 0x1f;
}

/** From behind `[` to its `]`. */
export function parseBrackets(reader: Reader, isCaseless: boolean): Test {
  const start = reader.offset - 1;
  const isNegated = reader.accept('^');
  const items: Test[] = [];
  // A bracket right at the start is one of the characters.
  if (reader.accept(']')) {
    if (!reader.has(']')) reader.fail('empty char-class', start);
    items.push(rangeFrom(reader, 0x5d));
  }
  while (!reader.accept(']')) {
    if (reader.peek() === '') reader.fail('premature end of char-class', start);
    items.push(parseItem(reader));
  }
  const inner = union(items);
  const test = isCaseless ? caseless(inner) : inner;
  return isNegated ? inverse(test) : test;
}

function parseItem(reader: Reader): Test {
  const bracketed = reader.match(/\[:(\^?)(\w+):\]/y);
  if (bracketed !== undefined) {
    const [, caret, name = ''] = bracketed;
    const test = namedClass(name) ?? reader.fail('invalid POSIX bracket type');
    return caret === '^' ? inverse(test) : test;
  }
  const from = parsePoint(reader);
  return typeof from === 'number' ? rangeFrom(reader, from) : from;
}

function parsePoint(reader: Reader): number | Test {
  if (!reader.accept('\\')) return reader.take().codePointAt(0) ?? 0;
  if (reader.accept('b')) return 8;
  return parseClassEscape(reader) ?? parseCharEscape(reader);
}

/** `a-z` when a dash and an end follow, else the character alone. */
function rangeFrom(reader: Reader, from: number): Test {
  if (reader.match(/-(?=[^\]])/y) === undefined) return range(from, from);
  const to = parsePoint(reader);
  if (typeof to !== 'number') return reader.fail('char-class value at end of range');
  if (to < from) reader.fail('empty range in char class');
  return range(from, to);
}
