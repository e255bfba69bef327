import { LRUCache } from 'lru-cache';

const dayMs = 86_400_000;

/** Clocks of a place: what they show at an instant, and when they are put forward or back. */
export interface TimeZone {
  readonly name: string;
  /** What clocks are ahead of UTC at an instant, milliseconds. */
  offsetAt(instant: number): number;
}

const utc: TimeZone = { name: 'UTC', offsetAt: () => 0 };
const zones = new LRUCache<string, TimeZone>({ max: 100 });

/** A zone of the IANA database by its name, whatever the zone of the server is; undefined when there is none. */
export function timeZoneOf(name: string): TimeZone | undefined {
  if (/^(?:etc\/)?(?:utc|gmt|zulu)$/i.test(name)) return utc;
  const known = zones.get(name);
  if (known !== undefined) return known;
  // What is no name, like +02:00, is no place with clocks either.
  if (!/^[a-z][\w+-]*(?:\/[\w+-]+)*$/i.test(name)) return undefined;
  const zone = create(name);
  if (zone !== undefined) zones.set(name, zone);
  return zone;
}

function create(name: string): TimeZone | undefined {
  try {
    const format = new Intl.DateTimeFormat('en-US', { timeZone: name, timeZoneName: 'longOffset' });
    return { name, offsetAt: (instant) => offsetOf(format.formatToParts(instant)) };
  } catch {
    return undefined;
  }
}

/** `GMT+05:30`, in former times `GMT+00:53:28`, at Greenwich `GMT`. */
function offsetOf(parts: readonly Intl.DateTimeFormatPart[]): number {
  const text = parts.find(({ type }) => type === 'timeZoneName')?.value ?? '';
  const [, sign, hours = 0, minutes = 0, seconds = 0] =
    /([+-])(\d+):(\d+)(?::(\d+))?/.exec(text) ?? [];
  const size = (Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds);
  return (sign === '-' ? -size : size) * 1_000;
}

/** The first instant of `(from, to]` at which clocks are put forward or back, to the second; undefined when there is none. */
export function nextChange(zone: TimeZone, from: number, to: number): number | undefined {
  if (zone === utc) return undefined;
  const offset = zone.offsetAt(from);
  for (let before = from; before < to; before += dayMs) {
    const after = Math.min(before + dayMs, to);
    if (zone.offsetAt(after) !== offset) return changeWithin(zone, before, after);
  }
  return undefined;
}

function changeWithin(zone: TimeZone, from: number, to: number): number {
  const offset = zone.offsetAt(from);
  let before = Math.floor(from / 1_000);
  let after = Math.ceil(to / 1_000);
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (zone.offsetAt(middle * 1_000) === offset) before = middle;
    else after = middle;
  }
  return after * 1_000;
}

/**
 * The instant of a local time, given as if it were UTC: the first of two where clocks are put back, the moment of the
 * change where they are put forward over it.
 */
export function instantOf(zone: TimeZone, local: number): number {
  const before = zone.offsetAt(local - dayMs);
  const after = zone.offsetAt(local + dayMs);
  for (const offset of [before, after])
    if (zone.offsetAt(local - offset) === offset) return local - offset;
  return (
    nextChange(zone, local - Math.max(before, after) - 1_000, local - Math.min(before, after)) ??
    local - after
  );
}
