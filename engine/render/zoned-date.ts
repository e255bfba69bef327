import { isDate } from '../formats/times.ts';
import { timeZoneOf } from '../time-zone.ts';

/** An instant as clocks of a place show it. */
export interface ZonedDate {
  readonly instant: number;
  /** What clocks are ahead of UTC, milliseconds. */
  readonly offset: number;
  /** Name of the zone as people there write it. */
  readonly zone: string;
  /** The fields of what clocks show, read as if they were UTC. */
  readonly shown: Date;
}

const minuteMs = 60_000;
const isoPattern =
  /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2})(?::(\d{2})(\.\d+)?)?\s?(Z|[+-]\d{2}:?\d{2})?)?$/i;
const mailPattern =
  /^(?:[a-z]{3}, )?\d{1,2} [a-z]{3} \d{4} \d{2}:\d{2}(?::\d{2})? (?:GMT|UTC|Z|[+-]\d{4})$/i;

/**
 * The instant that a value of a template means: seconds since 1970, or a text by ISO 8601 or RFC 5322, in UTC where it
 * names no zone; undefined for nothing. Throws for what is no date.
 */
export function instantOf(value: unknown, now: number): number | undefined {
  const plain = plainOf(value);
  if (plain === undefined || plain === null || plain === '') return undefined;
  const instant = typeof plain === 'string' ? instantOfText(plain.trim(), now) : secondsOf(plain);
  if (!Number.isNaN(new Date(instant).getTime())) return instant;
  throw new TypeError(`${told(value)} is no date`);
}

function instantOfText(text: string, now: number): number {
  if (text === 'now' || text === 'today') return now;
  if (/^\d+$/.test(text)) return Number(text) * 1_000;
  return mailPattern.test(text) ? Date.parse(text) : instantOfIso(text);
}

function instantOfIso(text: string): number {
  const [, date = '', time = '00:00', seconds = '00', fraction = '', zone = 'Z'] =
    isoPattern.exec(text) ?? [];
  const offset = zone.replace(/^([+-]\d{2}):?(\d{2})$/, '$1:$2').toUpperCase();
  return isDate(date) ? Date.parse(`${date}T${time}:${seconds}${fraction}${offset}`) : Number.NaN;
}

function secondsOf(value: unknown): number {
  return typeof value === 'number' ? value * 1_000 : Number.NaN;
}

/** A value of a template itself, where the engine wraps it as it does `nil`. */
export function plainOf(value: unknown): unknown {
  return typeof value === 'object' ? value?.valueOf() : value;
}

/** A value as a message tells it. */
export function told(value: unknown): string {
  // What comes from a template is JSON, or a wrapped nothing.
  const text = JSON.stringify(value ?? null);
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}

/**
 * What clocks show at an instant: of a zone by its name, `+02:00`, or minutes that UTC is ahead as JavaScript counts them;
 * of UTC without one.
 */
export function zonedDate(instant: number, zone: unknown): ZonedDate {
  const { offset, name } = zoneAt(instant, plainOf(zone) ?? 0);
  return { instant, offset, zone: name, shown: new Date(instant + offset) };
}

function zoneAt(
  instant: number,
  zone: unknown,
): { readonly offset: number; readonly name: string } {
  if (typeof zone === 'number') return fixed(-zone * minuteMs);
  const text = typeof zone === 'string' ? zone : '';
  const [, sign, hours, minutes] = /^([+-])(\d{2}):?(\d{2})$/.exec(text) ?? [];
  if (sign !== undefined) {
    const size = (Number(hours) * 60 + Number(minutes)) * minuteMs;
    return fixed(sign === '-' ? -size : size);
  }
  const known = timeZoneOf(text);
  if (known === undefined) throw new TypeError(`${told(zone)} is no time zone`);
  return { offset: known.offsetAt(instant), name: shortName(known.name, instant) };
}

function fixed(offset: number): { readonly offset: number; readonly name: string } {
  return { offset, name: offset === 0 ? 'UTC' : offsetText(offset, ':') };
}

function shortName(timeZone: string, instant: number): string {
  const format = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'short' });
  return (
    format.formatToParts(instant).find(({ type }) => type === 'timeZoneName')?.value ?? timeZone
  );
}

/** `+0530`, or `+05:30` with a colon between. */
export function offsetText(offset: number, between: string): string {
  const minutes = Math.floor(Math.abs(offset) / minuteMs);
  const parts = [Math.floor(minutes / 60), minutes % 60].map((part) =>
    String(part).padStart(2, '0'),
  );
  return `${offset < 0 ? '-' : '+'}${parts.join(between)}`;
}
