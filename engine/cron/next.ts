import { instantOf, nextChange, type TimeZone } from '../time-zone.ts';
import type { Cron } from './cron.ts';
import { isDue } from './days.ts';

const dayMs = 86_400_000;
/** From one 29 February on a given weekday to the next are at most forty years. */
const maxYears = 41;

/**
 * The first instant after another at which an expression is due; undefined when it never is. What becomes of local times
 * that clocks skip or show twice is said by the expression's `skipped` and `repeated`.
 */
export function nextTick(cron: Cron, from: number): number | undefined {
  const { skipped, repeated } = cron;
  if (skipped === 'run' && repeated === 'once') return nextFixed(cron, from);
  if (skipped === 'skip' && repeated === 'twice') return nextShown(cron, from);
  const shown = nextKept(cron, from);
  return skipped === 'skip' ? shown : (nextSkipped(cron, from, shown) ?? shown);
}

/** The next time that clocks show, without those of repeated ones that do not count. */
function nextKept(cron: Cron, from: number): number | undefined {
  const { zone, repeated } = cron;
  let shown = nextShown(cron, from);
  while (shown !== undefined && repeated !== 'twice') {
    const change = changeOfRepeated(zone, shown);
    if (change === undefined || (repeated === 'once' && shown < change.at)) return shown;
    // All of one showing is passed over at a time.
    const end = shown < change.at ? change.at : change.at + change.size;
    shown = nextShown(cron, end - 1);
  }
  return shown;
}

/** The change by which clocks show a local time twice, and what they are put back by; undefined when they do not. */
function changeOfRepeated(
  zone: TimeZone,
  instant: number,
): { readonly at: number; readonly size: number } | undefined {
  for (const [from, to] of [
    [instant - dayMs / 2, instant],
    [instant, instant + dayMs / 2],
  ] as const) {
    const at = nextChange(zone, from, to);
    if (at === undefined) continue;
    const size = zone.offsetAt(at - 1_000) - zone.offsetAt(at);
    if (size > 0 && instant >= at - size && instant < at + size) return { at, size };
  }
  return undefined;
}

/** The next change that skips a local time which is due, unless something is due before. */
function nextSkipped(cron: Cron, from: number, before: number | undefined): number | undefined {
  const { zone } = cron;
  const until = before ?? from + 366 * dayMs;
  for (let at = nextChange(zone, from, until); at !== undefined; at = nextChange(zone, at, until)) {
    const first = at + zone.offsetAt(at - 1_000);
    const due = nextLocal(cron, first - 1_000);
    if (due !== undefined && due < toLocal(zone, at)) return at;
  }
  return undefined;
}

function nextFixed(cron: Cron, from: number): number | undefined {
  const { zone } = cron;
  // What was skipped within the last day may be due only now.
  const isNearChange = nextChange(zone, from - 2 * dayMs, from + 1_000) !== undefined;
  let local = toLocal(zone, from) - (isNearChange ? 2 * dayMs : 0);
  for (;;) {
    const next = nextLocal(cron, local);
    if (next === undefined) return undefined;
    const instant = instantOf(zone, next);
    if (instant > from) return instant;
    local = next;
  }
}

function nextShown(cron: Cron, from: number): number | undefined {
  const { zone } = cron;
  let after = from;
  for (;;) {
    const offset = zone.offsetAt(after);
    const local = nextLocal(cron, after + offset);
    if (local === undefined) return undefined;
    const change = nextChange(zone, after, local - offset);
    if (change === undefined) return local - offset;
    // From here on clocks show something else; that very moment counts too.
    const atChange = nextLocal(cron, toLocal(zone, change) - 1_000);
    if (atChange === toLocal(zone, change)) return change;
    after = change;
  }
}

function toLocal(zone: TimeZone, instant: number): number {
  return instant + zone.offsetAt(instant);
}

/** The first local time after another that an expression names; local times are told as if they were UTC. */
function nextLocal(cron: Cron, after: number): number | undefined {
  const first = Math.floor(after / 1_000) * 1_000 + 1_000;
  const start = Math.floor(first / dayMs) * dayMs;
  const lastYear = new Date(start).getUTCFullYear() + maxYears;
  for (let day = start; ; day = followingDay(cron, day)) {
    const date = new Date(day);
    if (!(date.getUTCFullYear() <= lastYear)) return undefined;
    if (!isDayDue(cron, date)) continue;
    const time = nextTimeOfDay(cron, Math.max(0, first - day) / 1_000);
    if (time !== undefined) return day + time * 1_000;
  }
}

function followingDay({ months }: Cron, day: number): number {
  const date = new Date(day);
  return months.includes(date.getUTCMonth() + 1)
    ? day + dayMs
    : Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1);
}

function isDayDue(cron: Cron, date: Date): boolean {
  const month = date.getUTCMonth();
  if (!cron.months.includes(month + 1)) return false;
  const daysInMonth = new Date(Date.UTC(date.getUTCFullYear(), month + 1, 0)).getUTCDate();
  const day = { dayOfMonth: date.getUTCDate(), weekday: date.getUTCDay(), daysInMonth };
  return isDue(cron.daysOfMonth, cron.weekdays, day);
}

/** The first time of a day from another on, in seconds. */
function nextTimeOfDay({ hours, minutes, seconds }: Cron, from: number): number | undefined {
  for (const hour of hours) {
    if ((hour + 1) * 3_600 <= from) continue;
    for (const minute of minutes) {
      const start = hour * 3_600 + minute * 60;
      const second = seconds.find((each) => start + each >= from);
      if (second !== undefined) return start + second;
    }
  }
  return undefined;
}

/** The shortest time between two ticks of an expression that is due every day it can be, milliseconds. */
export function shortestInterval({ hours, minutes, seconds }: Cron): number {
  const times = hours.flatMap((hour) =>
    minutes.flatMap((minute) => seconds.map((each) => hour * 3_600 + minute * 60 + each)),
  );
  const [first = 0] = times;
  const across = first + dayMs / 1_000 - (times.at(-1) ?? 0);
  return (
    1_000 *
    times.reduce(
      (least, time, index) => Math.min(least, time - (times[index - 1] ?? time - across)),
      across,
    )
  );
}
