import { dayNames, isoWeek, monthNames, secondsOf } from './calendar.ts';
import type { BrokenDown } from './calendar.ts';

type Conversion = (time: BrokenDown) => string;

const conversions: Readonly<Record<string, Conversion>> = {
  a: ({ weekday }) => (dayNames[weekday] ?? '?').slice(0, 3),
  A: ({ weekday }) => dayNames[weekday] ?? '?',
  b: ({ month }) => (monthNames[month] ?? '?').slice(0, 3),
  B: ({ month }) => monthNames[month] ?? '?',
  c: (time) => layOut(time, '%a %b %e %H:%M:%S %Y'),
  C: ({ year }) => pad(Math.trunc(year / 100)),
  d: ({ day }) => pad(day),
  D: (time) => layOut(time, '%m/%d/%y'),
  e: ({ day }) => pad(day, 2, ' '),
  F: (time) => layOut(time, '%Y-%m-%d'),
  g: (time) => pad(isoWeek(time).year % 100),
  G: (time) => fullYear(isoWeek(time).year),
  H: ({ hour }) => pad(hour),
  I: ({ hour }) => pad(hour % 12 || 12),
  j: ({ yearday }) => pad(yearday + 1, 3),
  k: ({ hour }) => pad(hour, 2, ' '),
  l: ({ hour }) => pad(hour % 12 || 12, 2, ' '),
  m: ({ month }) => pad(month + 1),
  M: ({ minute }) => pad(minute),
  n: () => '\n',
  p: ({ hour }) => (hour < 12 ? 'AM' : 'PM'),
  P: ({ hour }) => (hour < 12 ? 'am' : 'pm'),
  r: (time) => layOut(time, '%I:%M:%S %p'),
  R: (time) => layOut(time, '%H:%M'),
  s: (time) => String(Math.floor(secondsOf(time))),
  S: ({ second }) => pad(Math.floor(second)),
  t: () => '\t',
  T: (time) => layOut(time, '%H:%M:%S'),
  u: ({ weekday }) => String(weekday || 7),
  U: ({ weekday, yearday }) => pad(Math.floor((yearday + 7 - weekday) / 7)),
  V: (time) => pad(isoWeek(time).week),
  w: ({ weekday }) => String(weekday),
  W: ({ weekday, yearday }) => pad(Math.floor((yearday + 7 - ((weekday + 6) % 7)) / 7)),
  x: (time) => layOut(time, '%m/%d/%y'),
  X: (time) => layOut(time, '%H:%M:%S'),
  y: ({ year }) => pad(Math.abs(year % 100)),
  Y: ({ year }) => fullYear(year),
  z: () => '+0000',
  Z: () => 'UTC',
  '%': () => '%',
};
const aliases: Readonly<Record<string, string>> = { h: 'b' };
const conversion = /%([-_0^]?)(\d{0,2})[EO]?([^]?)/g;

/** Formats a time as C's `strftime` does in the C locale; undefined for a conversion that there is not. */
export function formatTime(time: BrokenDown, format: string): string | undefined {
  const letters = [...format.matchAll(conversion)].map(([, , , letter = '']) => letter);
  return letters.every((letter) => conversionOf(letter) !== undefined)
    ? layOut(time, format)
    : undefined;
}

function conversionOf(letter: string): Conversion | undefined {
  const name = aliases[letter] ?? letter;
  return Object.hasOwn(conversions, name) ? conversions[name] : undefined;
}

function layOut(time: BrokenDown, format: string): string {
  return format.replace(conversion, (_whole, flag: string, width: string, letter: string) =>
    adjusted(conversionOf(letter)?.(time) ?? '', flag, Number(width)),
  );
}

/** The flags of GNU: `-` without padding, `_` with blanks, `0` with zeros, `^` in capitals. */
function adjusted(text: string, flag: string, width: number): string {
  if (flag === '' && width === 0) return text;
  if (flag === '^') return text.toUpperCase();
  const bare = text.replace(/^[0 ]+(?=\d)/, '');
  if (flag === '-') return bare;
  const isNumber = /^\d+$/.test(bare);
  const filler = flag === '_' || (flag !== '0' && !isNumber) ? ' ' : '0';
  return (isNumber ? bare : text).padStart(Math.max(width, text.length), filler);
}

/** At least four places, and a sign in front of more. */
function fullYear(year: number): string {
  if (year > 9999) return `+${year}`;
  return year < 0 ? `-${pad(-year, 3)}` : pad(year, 4);
}

function pad(value: number, width = 2, filler = '0'): string {
  return String(value).padStart(width, filler);
}
