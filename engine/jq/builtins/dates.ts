import type { Meter } from '../meter.ts';
import { JqRuntimeError } from '../errors.ts';
import { describe } from '../values/dump.ts';
import { calculable, isArray } from '../values/kinds.ts';
import type { Value } from '../values/kinds.ts';
import type { ValueFunction } from './builtin.ts';
import { brokenDown, secondsOf } from './calendar.ts';
import type { BrokenDown } from './calendar.ts';
import { formatTime } from './strftime.ts';
import { parseTime } from './strptime.ts';

/** Builtins on points in time; all in UTC, so that they mean the same on every machine. */
export const dateFunctions: Readonly<Record<string, ValueFunction>> = {
  'gmtime/0': (given, _args, meter) => {
    const input = calculable(given);
    if (typeof input !== 'number') throw new JqRuntimeError('gmtime() requires numeric inputs');
    return toArray(timeOf(input, meter));
  },
  'mktime/0': (input) => {
    if (!isArray(input)) throw new JqRuntimeError('mktime requires array inputs');
    return Math.floor(secondsOf(fromArray(input, 'mktime')));
  },
  'strftime/1': (input, [format = null], meter) =>
    formatted(input, format, { name: 'strftime/1', meter }),
  'strflocaltime/1': (input, [format = null], meter) =>
    formatted(input, format, { name: 'strflocaltime/1', meter }),
  'strptime/1': (input, [format = null], meter) => {
    if (typeof input !== 'string' || typeof format !== 'string') {
      throw new JqRuntimeError('strptime/1 requires string inputs and arguments');
    }
    meter.work((input.length + format.length) >> 2);
    const parsed = parseTime(input, format);
    if (parsed !== undefined)
      return [...toArray(parsed.time), ...(parsed.rest === '' ? [] : [parsed.rest])];
    throw new JqRuntimeError(`date "${input}" does not match format "${format}"`);
  },
};

function formatted(
  given: Value,
  format: Value,
  { name, meter }: { readonly name: string; readonly meter: Meter },
): Value {
  const input = calculable(given);
  if (typeof input !== 'number' && !isArray(input))
    throw new JqRuntimeError(`${name} requires parsed datetime inputs`);
  if (typeof format !== 'string') throw new JqRuntimeError(`${name} requires a string format`);
  meter.work(format.length * 4);
  meter.allocate(format.length * 16);
  const time = typeof input === 'number' ? timeOf(input, meter) : fromArray(input, name);
  const text = formatTime(time, format);
  if (text !== undefined) return text;
  throw new JqRuntimeError(`${name}: "${format}" has a conversion that there is not`);
}

function timeOf(seconds: number, meter: Meter): BrokenDown {
  const time = brokenDown(seconds);
  if (time === undefined)
    throw new JqRuntimeError(`${describe(seconds, meter)} is no time that a calendar has`);
  return time;
}

function toArray(time: BrokenDown): number[] {
  return [
    time.year,
    time.month,
    time.day,
    time.hour,
    time.minute,
    time.second,
    time.weekday,
    time.yearday,
  ];
}

/** Parts left out are zero, of the year 1900; weekday and day of the year follow from the date. */
function fromArray(parts: readonly Value[], name: string): BrokenDown {
  const [year = 1900, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts
    .slice(0, 8)
    .map(calculable)
    .map((part) => {
      if (typeof part === 'number') return Math.trunc(part);
      throw new JqRuntimeError(`${name} requires parsed datetime inputs`);
    });
  const date = { year, month, day, hour, minute, second };
  const { weekday, yearday } = brokenDown(secondsOf(date)) ?? { weekday: 0, yearday: 0 };
  return { ...date, weekday, yearday };
}
