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
  /** What becomes of a local time that clocks skip as they are put forward. */
  readonly skipped: SkippedTime;
  /** What becomes of a local time that clocks show twice as they are put back. */
  readonly repeated: RepeatedTime;
}

/** `run`: due at the moment of the change. */
export type SkippedTime = 'run' | 'skip';
/** `once`: due at the first of the two. */
export type RepeatedTime = 'once' | 'twice' | 'skip';

/** What an expression does not say itself. */
export interface CronSettings {
  /** Where it names no zone. @default UTC */
  readonly timeZone?: string | undefined;
  /** @default `run` where the expression names its hours, else `skip` */
  readonly skipped?: SkippedTime | undefined;
  /** @default `once` where the expression names its hours, else `twice` */
  readonly repeated?: RepeatedTime | undefined;
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
export function parseCron(text: string, settings: CronSettings = {}): Cron {
  const { zone, rest } = zoneOf(text.trim(), settings.timeZone);
  const fields = fieldsOf(rest);
  const [seconds = '0', minutes = '', hours = '', days = '', months = '', week = ''] =
    fields.length === 6 ? fields : ['0', ...fields];
  // Named hours: each local time counts once however clocks are put; with `*` the expression follows what they show.
  const isAtFixedTimes = !hours.startsWith('*');
  return {
    zone,
    seconds: fieldOf(seconds, second),
    minutes: fieldOf(minutes, minute),
    hours: fieldOf(hours, hour),
    months: fieldOf(months, month),
    daysOfMonth: daysOfMonth(days),
    weekdays: weekdays(week),
    ...rulesOf(settings, isAtFixedTimes),
  };
}

function rulesOf(
  { skipped, repeated }: CronSettings,
  isAtFixedTimes: boolean,
): Pick<Cron, 'skipped' | 'repeated'> {
  return {
    skipped: skipped ?? (isAtFixedTimes ? 'run' : 'skip'),
    repeated: repeated ?? (isAtFixedTimes ? 'once' : 'twice'),
  };
}

function zoneOf(
  text: string,
  otherwise = 'UTC',
): { readonly zone: TimeZone; readonly rest: string } {
  const [, name = otherwise, rest = text] = /^CRON_TZ=(\S*)\s*(.*)$/s.exec(text) ?? [];
  const zone = timeZoneOf(name);
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
