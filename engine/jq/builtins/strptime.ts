import { brokenDown, dayNames, monthNames, secondsOf } from './calendar.ts';
import type { BrokenDown } from './calendar.ts';

/** What has been read so far. */
interface Draft {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
  isAfternoon: boolean;
  /** Counted from 1; rules over month and day. */
  yearday: number | undefined;
  century: number | undefined;
  epoch: number | undefined;
}

interface Conversion {
  readonly pattern: RegExp;
  /** False for a value out of range. */
  readonly read: (draft: Draft, text: string) => boolean;
}

const compound: Readonly<Record<string, string>> = {
  c: '%a %b %e %H:%M:%S %Y',
  D: '%m/%d/%y',
  F: '%Y-%m-%d',
  r: '%I:%M:%S %p',
  R: '%H:%M',
  T: '%H:%M:%S',
  x: '%m/%d/%y',
  X: '%H:%M:%S',
};

const conversions: Readonly<Record<string, Conversion>> = {
  a: named(dayNames, () => undefined),
  b: named(monthNames, (draft, month) => {
    draft.month = month;
  }),
  C: numbered([0, 99], (draft, century) => {
    draft.century = century;
  }),
  d: numbered([1, 31], (draft, day) => {
    draft.day = day;
  }),
  H: numbered([0, 23], (draft, hour) => {
    draft.hour = hour;
  }),
  I: numbered([1, 12], (draft, hour) => {
    draft.hour = hour % 12;
  }),
  j: numbered(
    [1, 366],
    (draft, yearday) => {
      draft.yearday = yearday;
    },
    /\d{1,3}/y,
  ),
  m: numbered([1, 12], (draft, month) => {
    draft.month = month - 1;
  }),
  M: numbered([0, 59], (draft, minute) => {
    draft.minute = minute;
  }),
  p: {
    pattern: /[AaPp][Mm]/y,
    read: (draft, text) =>
      assign(() => {
        draft.isAfternoon = /p/i.test(text);
      }),
  },
  s: {
    pattern: /-?\d+/y,
    read: (draft, text) =>
      assign(() => {
        draft.epoch = Number(text);
      }),
  },
  S: numbered([0, 60], (draft, second) => {
    draft.second = second;
  }),
  u: numbered([1, 7], () => undefined, /\d/y),
  U: numbered([0, 53], () => undefined),
  w: numbered([0, 6], () => undefined, /\d/y),
  y: numbered([0, 99], (draft, year) => {
    draft.year = year + (year < 69 ? 2000 : 1900);
  }),
  Y: numbered(
    [-9999, 9999],
    (draft, year) => {
      draft.year = year;
    },
    /-?\d{1,4}/y,
  ),
  z: { pattern: /Z|[+-]\d{2}(?::?\d{2})?/y, read: () => true },
  Z: { pattern: /[A-Za-z]+/y, read: () => true },
  '%': { pattern: /%/y, read: () => true },
};
const aliases: Readonly<Record<string, string>> = {
  A: 'a',
  B: 'b',
  h: 'b',
  e: 'd',
  k: 'H',
  l: 'I',
  V: 'U',
  W: 'U',
};

/** A time, and what of the text comes after it. */
export interface ParsedTime {
  readonly time: BrokenDown;
  readonly rest: string;
}

/**
 * Reads a time as C's `strptime` does; undefined when the text does not have the format.
 * What the format leaves open is that of the epoch, and what is beyond its range carries over: 30 February is 2 March.
 */
export function parseTime(text: string, format: string): ParsedTime | undefined {
  const draft: Draft = {
    year: 1970,
    month: 0,
    day: 1,
    hour: 0,
    minute: 0,
    second: 0,
    isAfternoon: false,
    yearday: undefined,
    century: undefined,
    epoch: undefined,
  };
  const expanded = format.replace(
    /%([cDFrRTxX])/g,
    (whole, letter: string) => compound[letter] ?? whole,
  );
  const end = match(text, expanded, draft);
  if (end === undefined || /^\S/.test(text.slice(end))) return undefined;
  const time = brokenDown(draft.epoch ?? secondsOf(completed(draft)));
  return time && { time, rest: text.slice(end) };
}

function completed(draft: Draft): Omit<BrokenDown, 'weekday' | 'yearday'> {
  const { yearday, century } = draft;
  const year = century === undefined ? draft.year : century * 100 + (draft.year % 100);
  const date = yearday === undefined ? draft : { month: 0, day: yearday };
  return {
    year,
    month: date.month,
    day: date.day,
    hour: draft.hour + (draft.isAfternoon ? 12 : 0),
    minute: draft.minute,
    second: draft.second,
  };
}

/** Where the match ends; undefined without one. */
function match(text: string, format: string, draft: Draft): number | undefined {
  let at = 0;
  for (const [piece = '', letter] of format.matchAll(/%[EO]?([a-zA-Z%])|\s+|[^]/g)) {
    const end =
      letter === undefined ? literal(text, piece, at) : convert(text, letter, { draft, at });
    if (end === undefined) return undefined;
    at = end;
  }
  return at;
}

/** White space in a format stands for any amount of it. */
function literal(text: string, piece: string, at: number): number | undefined {
  if (/^\s/.test(piece)) return skipSpace(text, at);
  return text.startsWith(piece, at) ? at + piece.length : undefined;
}

function convert(
  text: string,
  letter: string,
  { draft, at }: { draft: Draft; at: number },
): number | undefined {
  if (letter === 'n' || letter === 't') return skipSpace(text, at);
  const conversion = conversions[aliases[letter] ?? letter];
  if (conversion === undefined) return undefined;
  const { pattern, read } = conversion;
  pattern.lastIndex = skipSpace(text, at);
  const found = pattern.exec(text)?.[0];
  return found !== undefined && read(draft, found) ? pattern.lastIndex : undefined;
}

function skipSpace(text: string, at: number): number {
  const space = /\s*/y;
  space.lastIndex = at;
  space.test(text);
  return space.lastIndex;
}

function named(names: readonly string[], set: (draft: Draft, index: number) => void): Conversion {
  const short = names.map((name) => name.slice(0, 3));
  const pattern = new RegExp([...names, ...short].join('|'), 'iy');
  return {
    pattern,
    read: (draft, text) =>
      assign(() => {
        set(
          draft,
          short.findIndex((name) => text.toLowerCase().startsWith(name.toLowerCase())),
        );
      }),
  };
}

function numbered(
  range: readonly [number, number],
  set: (draft: Draft, value: number) => void,
  pattern = /\d{1,2}/y,
): Conversion {
  const [least, most] = range;
  return {
    pattern,
    read: (draft, text) => {
      const value = Number(text);
      if (value < least || value > most) return false;
      set(draft, value);
      return true;
    },
  };
}

function assign(set: () => void): boolean {
  set();
  return true;
}
