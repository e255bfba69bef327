import type { DurationModel } from './dsl/document.ts';

/** Calendar units stay apart: a month has no fixed length. */
export interface Duration {
  readonly months: number;
  readonly milliseconds: number;
}

const isoPattern =
  /^P(?=.)(?:(\d+(?:\.\d+)?)Y)?(?:(\d+(?:\.\d+)?)M)?(?:(\d+(?:\.\d+)?)W)?(?:(\d+(?:\.\d+)?)D)?(?:T(?=\d)(?:(\d+(?:\.\d+)?)H)?(?:(\d+(?:\.\d+)?)M)?(?:(\d+(?:\.\d+)?)S)?)?$/;

const msPer = {
  weeks: 604_800_000,
  days: 86_400_000,
  hours: 3_600_000,
  minutes: 60_000,
  seconds: 1_000,
} as const;

/** Longer ones, counted from now, end at no date that a clock or a database knows. */
const maxYears = 10_000;
const longest: Duration = { months: maxYears * 12, milliseconds: maxYears * 365 * msPer.days };

/** Reads an ISO 8601 text or the object form; undefined when it is no duration, negative or beyond all calendars. */
export function parseDuration(model: DurationModel): Duration | undefined {
  const duration = typeof model === 'string' ? parseIso(model.trim()) : parseParts(model);
  if (duration === undefined) return undefined;
  const isBounded =
    duration.months <= longest.months && duration.milliseconds <= longest.milliseconds;
  return isBounded ? duration : undefined;
}

function parseParts(model: Exclude<DurationModel, string>): Duration | undefined {
  const { days = 0, hours = 0, minutes = 0, seconds = 0, milliseconds = 0 } = model;
  if ([days, hours, minutes, seconds, milliseconds].some((part) => part < 0)) return undefined;
  const clock =
    hours * msPer.hours + minutes * msPer.minutes + seconds * msPer.seconds + milliseconds;
  return { months: 0, milliseconds: days * msPer.days + clock };
}

function parseIso(text: string): Duration | undefined {
  const match = isoPattern.exec(text);
  if (match === null) return undefined;
  const [years = 0, months = 0, weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0] = match
    .slice(1)
    .map((part: string | undefined) => Number(part ?? 0));
  const calendar = weeks * msPer.weeks + days * msPer.days;
  const clock = hours * msPer.hours + minutes * msPer.minutes + seconds * msPer.seconds;
  return { months: years * 12 + months, milliseconds: calendar + clock };
}

/** The moment a duration after another, months by the UTC calendar (a missing day becomes the month's last). */
export function addDuration(from: number, duration: Duration): number {
  if (duration.months === 0) return from + Math.round(duration.milliseconds);
  const whole = Math.floor(duration.months);
  const date = new Date(from);
  const day = date.getUTCDate();
  date.setUTCDate(1);
  date.setUTCMonth(date.getUTCMonth() + whole);
  const lastDay = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  date.setUTCDate(Math.min(day, lastDay));
  const fraction = (duration.months - whole) * lastDay * msPer.days;
  return date.getTime() + Math.round(fraction + duration.milliseconds);
}
