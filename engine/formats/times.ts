/** RFC 3339 `full-date`. */
export function isDate(text: string): boolean {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (match === null) return false;
  const [year = 0, month = 0, day = 0] = match.slice(1).map(Number);
  return day >= 1 && day <= lengthOf(month, year);
}

const daysOfMonths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Days of a month from 1 to 12; none of any other. */
function lengthOf(month: number, year: number): number {
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return month === 2 && isLeap ? 29 : (daysOfMonths[month - 1] ?? 0);
}

const timePattern =
  /^([01]\d|2[0-3]):([0-5]\d):([0-5]\d|60)(?:\.\d+)?(?:z|([+-])([01]\d|2[0-3]):([0-5]\d))$/i;

/** RFC 3339 `full-time`: with an offset of hours and minutes, and a leap second only where there can be one. */
export function isTime(text: string): boolean {
  const match = timePattern.exec(text);
  if (match === null) return false;
  if (match[3] !== '60') return true;
  const [hour = 0, minute = 0] = match.slice(1, 3).map(Number);
  const [offsetHours = 0, offsetMinutes = 0] =
    match[4] === undefined ? [] : match.slice(5).map(Number);
  const offset = (offsetHours * 60 + offsetMinutes) * (match[4] === '-' ? -1 : 1);
  const minuteOfDay = (hour * 60 + minute - offset + 2 * 1_440) % 1_440;
  return minuteOfDay === 1_439;
}

/** RFC 3339 `date-time`. */
export function isDateTime(text: string): boolean {
  return /^.{10}t/i.test(text) && isDate(text.slice(0, 10)) && isTime(text.slice(11));
}

/** RFC 3339 appendix A `duration`; the smallest part may be a fraction, as ISO 8601 has it and the DSL takes it. */
export function isDuration(text: string): boolean {
  const whole = text.replace(/(?<=\d)\.\d+(?=[A-Z]$)/, '');
  return /^P(?=[\dT])(?:\d+W|(?:\d+Y)?(?:\d+M)?(?:\d+D)?(?:T(?=\d)(?:\d+H)?(?:\d+M)?(?:\d+S)?)?)$/.test(
    whole,
  );
}
