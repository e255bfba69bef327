import { dayNames, isoWeek, monthNames, secondsOf } from './calendar.ts';
import type { BrokenDown } from './calendar.ts';

type Conversion = (time: BrokenDown) => string;

const conversions: Readonly<Record<string, Conversion>> = {
  a: ({ weekday }) => (dayNames[weekday] ?? '?').slice(0, 3),
  A: ({ weekday }) => dayNames[weekday] ?? '?',
  b: ({ month }) => (monthNames[month] ?? '?').slice(0, 3),
  B: ({ month }) => monthNames[month] ?? '?',
  c: (time) => formatTime(time, '%a %b %e %H:%M:%S %Y'),
  C: ({ year }) => pad(Math.floor(year / 100)),
  d: ({ day }) => pad(day),
  D: (time) => formatTime(time, '%m/%d/%y'),
  e: ({ day }) => pad(day, 2, ' '),
  F: (time) => formatTime(time, '%Y-%m-%d'),
  g: (time) => pad(isoWeek(time).year % 100),
  G: (time) => String(isoWeek(time).year),
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
  r: (time) => formatTime(time, '%I:%M:%S %p'),
  R: (time) => formatTime(time, '%H:%M'),
  s: (time) => String(Math.floor(secondsOf(time))),
  S: ({ second }) => pad(Math.floor(second)),
  t: () => '\t',
  T: (time) => formatTime(time, '%H:%M:%S'),
  u: ({ weekday }) => String(weekday || 7),
  U: ({ weekday, yearday }) => pad(Math.floor((yearday + 7 - weekday) / 7)),
  V: (time) => pad(isoWeek(time).week),
  w: ({ weekday }) => String(weekday),
  W: ({ weekday, yearday }) => pad(Math.floor((yearday + 7 - ((weekday + 6) % 7)) / 7)),
  x: (time) => formatTime(time, '%m/%d/%y'),
  X: (time) => formatTime(time, '%H:%M:%S'),
  y: ({ year }) => pad(((year % 100) + 100) % 100),
  Y: ({ year }) => String(year),
  z: () => '+0000',
  Z: () => 'UTC',
  '%': () => '%',
};
const aliases: Readonly<Record<string, string>> = { h: 'b' };

/** Formats a time as C's `strftime` does in the C locale; unknown conversions stay as they are. */
export function formatTime(time: BrokenDown, format: string): string {
  return format.replace(
    /%[EO]?([a-zA-Z%])/g,
    (whole, letter: string) => conversions[aliases[letter] ?? letter]?.(time) ?? whole,
  );
}

function pad(value: number, width = 2, filler = '0'): string {
  return String(value).padStart(width, filler);
}
