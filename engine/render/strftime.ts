import { offsetText, type ZonedDate } from './zoned-date.ts';

const dayMs = 86_400_000;

/** `%`, flags, a width, colons before `z`, and the directive itself. */
const directive = /%([-_0^#]*)(\d*)(:{0,2})([A-Za-z%])?/g;

/** A date by the directives of C's and Ruby's strftime; names of months and days are those of the locale. */
export function strftime(date: ZonedDate, format: string, locale: string): string {
  return format.replaceAll(
    directive,
    (...[whole, flags, width, colons, letter]: readonly Part[]) => {
      const piece = pieceOf(letter, colons ?? '');
      if (piece === undefined) throw new TypeError(unknown(whole ?? ''));
      const text = piece(date, { locale, width: Number(width ?? 0) });
      return padded(text, { flags: flags ?? '', width: width ?? '' });
    },
  );
}

/** A part of a directive, absent where it has none. */
type Part = string | undefined;

/** What is wrong with a format; undefined when nothing is. */
export function faultOfFormat(format: string): string | undefined {
  for (const [whole, , , colons = '', name] of format.matchAll(directive))
    if (pieceOf(name, colons) === undefined) return unknown(whole);
  return undefined;
}

function unknown(text: string): string {
  return `the format of a date has no directive ${text}; % itself is %%`;
}

/** A part of a date, and how it is filled up unless the format says otherwise. */
interface Piece {
  readonly text: string;
  readonly width?: number;
  readonly fill?: '0' | ' ';
}

interface Wish {
  readonly locale: string;
  readonly width: number;
}

type Read = (date: ZonedDate, wish: Wish) => Piece;

function pieceOf(name: string | undefined, colons: string): Read | undefined {
  if (name === undefined || (colons !== '' && name !== 'z')) return undefined;
  if (name === 'z') return ({ offset }) => ({ text: offsetWith(offset, colons) });
  return Object.hasOwn(pieces, name) ? pieces[name] : undefined;
}

function offsetWith(offset: number, colons: string): string {
  return offsetText(offset, colons === '' ? '' : ':') + (colons === '::' ? ':00' : '');
}

function number(read: (shown: Date) => number, width = 2, fill: '0' | ' ' = '0'): Read {
  return ({ shown }) => ({ text: String(read(shown)), width, fill });
}

function composed(format: string): Read {
  return (date, { locale }) => ({ text: strftime(date, format, locale) });
}

function name(part: 'month' | 'weekday', style: 'long' | 'short'): Read {
  return ({ shown }, { locale }) => ({ text: nameOf(shown, locale, { part, style }) });
}

const pieces: Readonly<Record<string, Read>> = {
  Y: ({ shown }) => ({ text: String(shown.getUTCFullYear()), width: 4, fill: '0' }),
  C: number((shown) => Math.floor(shown.getUTCFullYear() / 100)),
  y: number((shown) => shown.getUTCFullYear() % 100),
  m: number((shown) => shown.getUTCMonth() + 1),
  B: name('month', 'long'),
  b: name('month', 'short'),
  h: name('month', 'short'),
  d: number((shown) => shown.getUTCDate()),
  e: number((shown) => shown.getUTCDate(), 2, ' '),
  j: number(dayOfYear, 3),
  q: ({ shown }) => ({ text: ordinal(shown.getUTCDate()) }),
  A: name('weekday', 'long'),
  a: name('weekday', 'short'),
  u: number((shown) => shown.getUTCDay() || 7, 1),
  w: number((shown) => shown.getUTCDay(), 1),
  G: number((shown) => isoWeek(shown).year, 4),
  g: number((shown) => isoWeek(shown).year % 100),
  V: number((shown) => isoWeek(shown).week),
  U: number((shown) => Math.floor((dayOfYear(shown) + 6 - shown.getUTCDay()) / 7)),
  W: number((shown) => Math.floor((dayOfYear(shown) + 6 - ((shown.getUTCDay() + 6) % 7)) / 7)),
  H: number((shown) => shown.getUTCHours()),
  k: number((shown) => shown.getUTCHours(), 2, ' '),
  I: number((shown) => shown.getUTCHours() % 12 || 12),
  l: number((shown) => shown.getUTCHours() % 12 || 12, 2, ' '),
  M: number((shown) => shown.getUTCMinutes()),
  S: number((shown) => shown.getUTCSeconds()),
  L: ({ shown }, { width }) => ({ text: fraction(shown, width || 3) }),
  N: ({ shown }, { width }) => ({ text: fraction(shown, width || 9) }),
  p: ({ shown }) => ({ text: shown.getUTCHours() < 12 ? 'AM' : 'PM' }),
  P: ({ shown }) => ({ text: shown.getUTCHours() < 12 ? 'am' : 'pm' }),
  Z: ({ zone }) => ({ text: zone }),
  s: ({ instant }) => ({ text: String(Math.floor(instant / 1_000)) }),
  Q: ({ instant }) => ({ text: String(instant) }),
  F: composed('%Y-%m-%d'),
  D: composed('%m/%d/%y'),
  x: composed('%m/%d/%y'),
  T: composed('%H:%M:%S'),
  X: composed('%H:%M:%S'),
  R: composed('%H:%M'),
  r: composed('%I:%M:%S %p'),
  c: composed('%a %b %e %H:%M:%S %Y'),
  v: composed('%e-%^b-%Y'),
  n: () => ({ text: '\n' }),
  t: () => ({ text: '\t' }),
  '%': () => ({ text: '%' }),
};

/** Wider than any column of a report; a longer one would only fill memory. */
const maxWidth = 100;

function padded(
  { text, width: own = 0, fill = ' ' }: Piece,
  { flags, width }: { readonly flags: string; readonly width: string },
): string {
  const upper = flags.includes('^') || flags.includes('#') ? text.toUpperCase() : text;
  if (flags.includes('-')) return upper;
  const character = flags.includes('_') ? ' ' : flags.includes('0') ? '0' : fill;
  return upper.padStart(Math.min(width === '' ? own : Number(width), maxWidth), character);
}

function dayOfYear(shown: Date): number {
  return Math.floor((shown.getTime() - startOfYear(shown.getUTCFullYear())) / dayMs) + 1;
}

function startOfYear(year: number): number {
  return new Date(0).setUTCFullYear(year, 0, 1);
}

/** Week and year of ISO 8601: those of the Thursday. */
function isoWeek(shown: Date): { readonly week: number; readonly year: number } {
  const thursday = new Date(shown.getTime() + (4 - (shown.getUTCDay() || 7)) * dayMs);
  return { week: Math.ceil(dayOfYear(thursday) / 7), year: thursday.getUTCFullYear() };
}

function fraction(shown: Date, digits: number): string {
  const text = String(shown.getUTCMilliseconds()).padStart(3, '0');
  return text.padEnd(Math.min(digits, maxWidth), '0').slice(0, digits);
}

function ordinal(day: number): string {
  if (day >= 11 && day <= 13) return 'th';
  return ['th', 'st', 'nd', 'rd'][day % 10] ?? 'th';
}

interface Named {
  readonly part: 'month' | 'weekday';
  readonly style: 'long' | 'short';
}

/** A name as it stands in a date: some languages bend that of a month beside a day. */
function nameOf(shown: Date, locale: string, { part, style }: Named): string {
  const beside = part === 'month' ? ({ day: 'numeric' } as const) : {};
  const format = new Intl.DateTimeFormat(locale, {
    [part]: style,
    ...beside,
    timeZone: 'UTC',
    calendar: 'gregory',
  });
  return format.formatToParts(shown).find(({ type }) => type === part)?.value ?? '';
}
