import { fieldOf, isAny, valueOf, CronError, type FieldKind } from './field.ts';

/** Days of a month that count; `undefined` where the field says nothing. */
export type DaysOfMonth =
  { readonly days: ReadonlySet<number>; readonly hasLast: boolean } | undefined;

/** Weekdays that count, 0 for Sunday; `undefined` where the field says nothing. */
export type Weekdays =
  | {
      readonly days: ReadonlySet<number>;
      /** The last one of the month. */
      readonly last: ReadonlySet<number>;
      /** The nth one of the month, as weekday × 10 + n. */
      readonly nth: ReadonlySet<number>;
    }
  | undefined;

/** A day that an expression may be due on. */
export interface Day {
  readonly dayOfMonth: number;
  readonly weekday: number;
  /** Days of its month. */
  readonly daysInMonth: number;
}

const dayOfMonth: FieldKind = { name: 'day of the month', min: 1, max: 31 };
/** Sunday is 0 and 7, so that a range can begin or end with it. */
const weekday: FieldKind = {
  ...{ name: 'weekday', min: 0, max: 7 },
  words: 'sun mon tue wed thu fri sat'.split(' '),
};

/** Reads the field; `L` is the last day. */
export function daysOfMonth(text: string): DaysOfMonth {
  if (isAny(text)) return undefined;
  const parts = text.split(',');
  const named = parts.filter((part) => part.toUpperCase() !== 'L');
  return {
    days: new Set(named.flatMap((part) => fieldOf(part, dayOfMonth))),
    hasLast: named.length < parts.length,
  };
}

/** Reads the field; `5L` is the last Friday, `5#2` the second. */
export function weekdays(text: string): Weekdays {
  if (isAny(text)) return undefined;
  const days = new Set<number>();
  const last = new Set<number>();
  const nth = new Set<number>();
  for (const part of text.split(',')) {
    const [name = '', count] = part.split('#');
    if (count !== undefined) nth.add(dayNamed(name) * 10 + countOf(count, part));
    else if (/^.+L$/i.test(part)) last.add(dayNamed(part.slice(0, -1)));
    else for (const day of fieldOf(endingAtSunday(part), weekday)) days.add(day % 7);
  }
  return { days, last, nth };
}

/** `FRI-SUN`: the Sunday at the end of a range is the seventh day. */
function endingAtSunday(part: string): string {
  return part.replace(/^([^-/]+)-(?:sun|0)(?=\/|$)/i, (range, first: string) =>
    /^(?:sun|0)$/i.test(first) ? range : `${first}-7`,
  );
}

function dayNamed(name: string): number {
  return valueOf(name, weekday) % 7;
}

function countOf(text: string, part: string): number {
  if (/^[1-5]$/.test(text)) return Number(text);
  throw new CronError(`the weekday ${JSON.stringify(part)} does not name the first to the fifth`);
}

/** Whether a day counts: where both fields name days, either is enough. */
export function isDue(month: DaysOfMonth, week: Weekdays, day: Day): boolean {
  if (month === undefined) return week === undefined || isOfWeek(week, day);
  return isOfMonth(month, day) || (week !== undefined && isOfWeek(week, day));
}

function isOfMonth({ days, hasLast }: NonNullable<DaysOfMonth>, day: Day): boolean {
  return days.has(day.dayOfMonth) || (hasLast && day.dayOfMonth === day.daysInMonth);
}

function isOfWeek({ days, last, nth }: NonNullable<Weekdays>, day: Day): boolean {
  return (
    days.has(day.weekday) ||
    (last.has(day.weekday) && day.dayOfMonth > day.daysInMonth - 7) ||
    nth.has(day.weekday * 10 + Math.ceil(day.dayOfMonth / 7))
  );
}
