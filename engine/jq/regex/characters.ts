import type { Test } from './syntax.ts';

/** How many units of UTF-16 the character at an offset has. */
export function unitsAt(text: string, at: number): number {
  return (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
}

/** The offset so many characters before another one; undefined when there are less. */
export function back(text: string, from: number, count: number): number | undefined {
  let at = from;
  for (let left = count; left > 0; left--) {
    if (at === 0) return undefined;
    at -= at > 1 && (text.codePointAt(at - 2) ?? 0) > 0xffff ? 2 : 1;
  }
  return at;
}

/** The offset behind the character at another one; undefined at the end and for a character not of the set. */
export function behindOne(text: string, at: number, test: Test): number | undefined {
  const point = text.codePointAt(at);
  if (point === undefined || !test(point)) return undefined;
  return at + (point > 0xffff ? 2 : 1);
}

export interface Run {
  readonly count: number;
  readonly end: number;
  /** Where the least number of characters ends; -1 when there are not so many. */
  readonly shortest: number;
}

interface RunOptions {
  readonly test: Test;
  readonly least: number;
  readonly most: number;
  /** Not further than here. */
  readonly limit: number;
}

/** The characters of a set that stand side by side from an offset on. */
export function runAt(text: string, from: number, { test, least, most, limit }: RunOptions): Run {
  let end = from;
  let shortest = least === 0 ? from : -1;
  let count = 0;
  while (count < most && end < limit) {
    const point = text.codePointAt(end) ?? 0;
    if (!test(point)) break;
    end += point > 0xffff ? 2 : 1;
    if (++count === least) shortest = end;
  }
  return { count, end, shortest };
}
