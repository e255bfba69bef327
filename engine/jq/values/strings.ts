const surrogates = /[\ud800-\udfff]/;

/** True when UTF-16 units and code points may differ. */
export function hasSurrogates(text: string): boolean {
  return surrogates.test(text);
}

/** Orders by code points, as jq does; UTF-16 order differs above U+D7FF. */
export function compareStrings(left: string, right: string): number {
  if (left === right) return 0;
  const length = Math.min(left.length, right.length);
  for (let at = 0; at < length; at++) {
    const a = left.charCodeAt(at);
    const b = right.charCodeAt(at);
    if (a !== b) return codePointRank(a) - codePointRank(b);
  }
  return left.length - right.length;
}

/** Surrogates stand for code points above all other units. */
function codePointRank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}

export function codePointLength(text: string): number {
  if (!surrogates.test(text)) return text.length;
  let length = 0;
  for (let at = 0; at < text.length; at += unitsAt(text, at)) length++;
  return length;
}

/** Code points from `start` up to, not including, `end`. */
export function sliceCodePoints(text: string, start: number, end: number): string {
  if (!surrogates.test(text)) return text.slice(start, end);
  const from = skip(text, 0, start);
  return text.slice(from, skip(text, from, end - start));
}

function skip(text: string, from: number, points: number): number {
  let at = from;
  for (let left = points; left > 0 && at < text.length; left--) at += unitsAt(text, at);
  return at;
}

function unitsAt(text: string, at: number): number {
  return (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
}

/** Translates UTF-16 offsets, asked for in ascending order, to code points. */
export function codePointCounter(text: string): (offset: number) => number {
  if (!surrogates.test(text)) return (offset) => offset;
  let units = 0;
  let points = 0;
  return (offset) => {
    if (offset < units) units = points = 0;
    for (; units < offset; points++) units += unitsAt(text, units);
    return points;
  };
}

export function utf8Length(text: string): number {
  return Buffer.byteLength(text, 'utf8');
}
