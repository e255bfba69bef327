/** A point in time taken apart, as C's `struct tm` does: months, weekdays and days of the year from 0. */
export interface BrokenDown {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly weekday: number;
  readonly yearday: number;
}

const secondsPerDay = 86_400;

export const dayNames = [
  'Sunday',
  'Monday',
  'Tuesday',
  'Wednesday',
  'Thursday',
  'Friday',
  'Saturday',
] as const;
export const monthNames = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
] as const;

/** Undefined for what is out of the range of dates. */
export function brokenDown(seconds: number): BrokenDown | undefined {
  const date = new Date(Math.floor(seconds) * 1000);
  if (Number.isNaN(date.getTime())) return undefined;
  const year = date.getUTCFullYear();
  return {
    year,
    month: date.getUTCMonth(),
    day: date.getUTCDate(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
    second: date.getUTCSeconds() + (seconds - Math.floor(seconds)),
    weekday: date.getUTCDay(),
    yearday: daysBetween(year, date),
  };
}

function daysBetween(year: number, date: Date): number {
  return Math.floor(
    (date.getTime() / 1000 - secondsOf({ year, month: 0, day: 1, hour: 0, minute: 0, second: 0 })) /
      secondsPerDay,
  );
}

/** Seconds since the epoch; parts beyond their range carry over. */
export function secondsOf(time: Omit<BrokenDown, 'weekday' | 'yearday'>): number {
  const date = new Date(0);
  date.setUTCFullYear(time.year, time.month, time.day);
  return date.getTime() / 1000 + time.hour * 3600 + time.minute * 60 + time.second;
}

/** Weekday and day of the year of a date. */
function positionOf(
  year: number,
  month: number,
  day: number,
): Pick<BrokenDown, 'weekday' | 'yearday'> {
  const date = new Date(0);
  date.setUTCFullYear(year, month, day);
  return { weekday: date.getUTCDay(), yearday: daysBetween(date.getUTCFullYear(), date) };
}

/** ISO 8601 week and the year it belongs to. */
export function isoWeek({ year, weekday, yearday }: BrokenDown): { week: number; year: number } {
  const week = Math.floor((yearday - ((weekday + 6) % 7) + 10) / 7);
  if (week < 1) return { week: weeksIn(year - 1), year: year - 1 };
  return week > weeksIn(year) ? { week: 1, year: year + 1 } : { week, year };
}

function weeksIn(year: number): number {
  const { weekday } = positionOf(year, 0, 1);
  const { weekday: last } = positionOf(year, 11, 31);
  return weekday === 4 || last === 4 ? 53 : 52;
}
