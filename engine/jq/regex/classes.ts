import type { Test } from './syntax.ts';

/** The classes of Oniguruma for Unicode, in the notation of the language's own expressions. */
const classes = {
  w: '\\p{L}\\p{M}\\p{N}\\p{Pc}',
  s: '\\t-\\r\\x20\\x85\\p{Z}',
  d: '\\p{Nd}',
  alnum: '\\p{Alphabetic}\\p{M}\\p{Nd}',
  alpha: '\\p{Alphabetic}\\p{M}',
  ascii: '\\x00-\\x7f',
  blank: '\\t\\p{Zs}',
  cntrl: '\\p{Cc}',
  digit: '\\p{Nd}',
  graph: '!-~\\p{L}\\p{M}\\p{N}\\p{P}\\p{S}\\p{Cf}\\p{Co}',
  lower: '\\p{Lowercase}',
  print: '\\x20-~\\p{L}\\p{M}\\p{N}\\p{P}\\p{S}\\p{Zs}\\p{Cf}\\p{Co}',
  punct: '\\p{P}$+<=>^`|~',
  space: '\\t-\\r\\x20\\x85\\p{Z}',
  upper: '\\p{Uppercase}',
  xdigit: '0-9a-fA-F',
  word: '\\p{L}\\p{M}\\p{N}\\p{Pc}',
} as const;

const known = new Map<string, Test>();

/** The set that the language's own class `[content]` describes; asks once about each ASCII character. */
function setOf(content: string): Test {
  const found = known.get(content);
  if (found !== undefined) return found;
  const expression = new RegExp(`^[${content}]$`, 'u');
  const isIn = (point: number): boolean => expression.test(String.fromCodePoint(point));
  const ascii = Uint8Array.from({ length: 128 }, (_, point) => (isIn(point) ? 1 : 0));
  const test: Test = (point) => (point < 128 ? ascii[point] === 1 : isIn(point));
  known.set(content, test);
  return test;
}

/** `\w`, `\s`, `\d` and the classes in brackets, `[:alpha:]`; undefined for a name that there is not. */
export function namedClass(name: string): Test | undefined {
  const content = Object.entries(classes).find(([known]) => known === name)?.[1];
  return content === undefined ? undefined : setOf(content);
}

export const isWord: Test = setOf(classes.w);

/** `\p{name}`: a general category, a script, a property or one of the bracketed names. */
export function property(name: string): Test | undefined {
  const plain = name.replace(/[\s_-]/g, '').toLowerCase();
  const named = plain.length > 1 ? namedClass(plain) : undefined;
  if (named !== undefined) return named;
  if (plain === 'any') return () => true;
  const title = name
    .split(/[\s_-]/)
    .map((part) => part.charAt(0).toUpperCase() + part.slice(1).toLowerCase())
    .join('_');
  return [name, title, `Script=${title}`, `General_Category=${title}`]
    .filter((spelling) => /^[\w=]+$/.test(spelling))
    .map((spelling) => propertySet(spelling))
    .find((test) => test !== undefined);
}

function propertySet(spelling: string): Test | undefined {
  try {
    return setOf(`\\p{${spelling}}`);
  } catch {
    return undefined;
  }
}

export function inverse(test: Test): Test {
  return (point) => !test(point);
}

export function union(tests: readonly Test[]): Test {
  return (point) => tests.some((test) => test(point));
}

export function range(from: number, to: number): Test {
  return (point) => point >= from && point <= to;
}

/** The same letter in one case; what has no single other case stays itself. */
export function folded(point: number): number {
  if (point < 128) return point >= 65 && point <= 90 ? point + 32 : point;
  const text = String.fromCodePoint(point);
  const lower = text.toUpperCase().toLowerCase();
  return single(lower) ?? single(text.toLowerCase()) ?? point;
}

function single(text: string): number | undefined {
  const point = text.codePointAt(0);
  return point !== undefined && text.length === (point > 0xffff ? 2 : 1) ? point : undefined;
}

/** Holds a letter when it holds one of its cases. */
export function caseless(test: Test): Test {
  return (point) => {
    if (test(point)) return true;
    const text = String.fromCodePoint(point);
    const cases = [single(text.toLowerCase()), single(text.toUpperCase()), folded(point)];
    return cases.some((other) => other !== undefined && test(other));
  };
}
