import { timeZoneOf, type TimeZone } from '../time-zone.ts';
import { daysOfMonth, weekdays, type DaysOfMonth, type Weekdays } from './days.ts';
import { CronError, fieldOf, type FieldKind } from './field.ts';

/** When a cron expression is due, in the clocks of its zone. */
export interface Cron {
  readonly zone: TimeZone;
  /** Ascending. */
  readonly seconds: readonly number[];
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  readonly months: readonly number[];
  readonly daysOfMonth: DaysOfMonth;
  readonly weekdays: Weekdays;
  /** The hours are named, so that each local time counts once however clocks are put; with `*` it follows real time. */
  readonly isAtFixedTimes: boolean;
}

const nicknames: Readonly<Record<string, string>> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
  '@minutely': '* * * * *',
  '@secondly': '* * * * * *',
  '@weekdays': '0 0 * * 1-5',
  '@weekends': '0 0 * * 0,6',
};

const second: FieldKind = { name: 'second', min: 0, max: 59 };
const minute: FieldKind = { name: 'minute', min: 0, max: 59 };
const hour: FieldKind = { name: 'hour', min: 0, max: 23 };
const month: FieldKind = {
  ...{ name: 'month', min: 1, max: 12 },
  words: 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' '),
};

/**
 * Reads five fields (minute, hour, day of the month, month, weekday), six with the second before them, or a nickname;
 * `CRON_TZ=<zone>` may stand in front. Throws CronError for what nobody can have meant.
 */
export function parseCron(text: string): Cron {
  const { zone, rest } = zoneOf(text.trim());
  const fields = fieldsOf(rest);
  const [seconds = '0', minutes = '', hours = '', days = '', months = '', week = ''] =
    fields.length === 6 ? fields : ['0', ...fields];
  return {
    zone,
    seconds: fieldOf(seconds, second),
    minutes: fieldOf(minutes, minute),
    hours: fieldOf(hours, hour),
    months: fieldOf(months, month),
    daysOfMonth: daysOfMonth(days),
    weekdays: weekdays(week),
    isAtFixedTimes: !hours.startsWith('*'),
  };
}

function zoneOf(text: string): { readonly zone: TimeZone; readonly rest: string } {
  const [, name, rest = text] = /^CRON_TZ=(\S*)\s*(.*)$/s.exec(text) ?? [];
  const zone = timeZoneOf(name ?? 'UTC');
  if (zone === undefined) throw new CronError(`there is no time zone ${JSON.stringify(name)}`);
  return { zone, rest };
}

function fieldsOf(text: string): readonly string[] {
  if (text === '') throw new CronError('it is empty');
  const meaning = text.startsWith('@') ? nicknames[text.toLowerCase()] : text;
  if (meaning === undefined)
    throw new CronError(`there is no ${text}; there are ${Object.keys(nicknames).join(', ')}`);
  const fields = meaning.split(/\s+/);
  if (fields.length === 5 || fields.length === 6) return fields;
  throw new CronError(
    `it has ${String(fields.length)} field${fields.length === 1 ? '' : 's'}, not five or six`,
  );
}
