import type { Meter } from '../meter.ts';

/** Where a text is found from an offset on; -1 if nowhere. */
export type Find = (text: string, from: number) => number;

// The search of the language keeps tables of that many characters; what is longer can take the product of both lengths.
const longest = 250;

/** Finds `wanted` in time linear in the text. */
export function finder(wanted: string, meter: Meter): Find {
  if (wanted.length <= longest) return (text, from) => text.indexOf(wanted, from);
  meter.work(wanted.length >> 2);
  meter.allocate(wanted.length * 4);
  const borders = bordersOf(wanted);
  return (text, from) => {
    meter.work(Math.max(0, text.length - from) >> 3);
    return findBy(borders, wanted, { text, from });
  };
}

/** The parts of a text between the places where `separator` stands. */
export function splitAt(text: string, separator: string, meter: Meter): string[] {
  if (separator.length <= longest) return text.split(separator);
  const find = finder(separator, meter);
  const parts: string[] = [];
  let start = 0;
  for (let at = find(text, 0); at !== -1; at = find(text, start)) {
    parts.push(text.slice(start, at));
    start = at + separator.length;
  }
  return [...parts, text.slice(start)];
}

/** For each prefix the length of the longest shorter one that it ends with (Knuth, Morris and Pratt). */
function bordersOf(wanted: string): Uint32Array {
  const borders = new Uint32Array(wanted.length);
  let length = 0;
  for (let at = 1; at < wanted.length; at++) {
    const unit = wanted.charCodeAt(at);
    while (length > 0 && wanted.charCodeAt(length) !== unit) length = borders[length - 1] ?? 0;
    if (wanted.charCodeAt(length) === unit) length++;
    borders[at] = length;
  }
  return borders;
}

function findBy(
  borders: Uint32Array,
  wanted: string,
  { text, from }: { readonly text: string; readonly from: number },
): number {
  let length = 0;
  for (let at = from; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    while (length > 0 && wanted.charCodeAt(length) !== unit) length = borders[length - 1] ?? 0;
    if (wanted.charCodeAt(length) === unit) length++;
    if (length === wanted.length) return at - length + 1;
  }
  return -1;
}
