import { parseCron, type RepeatedTime, type SkippedTime } from './cron/cron.ts';
import { nextTick } from './cron/next.ts';
import type { DurationModel, ScheduleModel } from './dsl/document.ts';
import { addDuration, parseDuration, type Duration } from './duration.ts';
import { instantOf, timeZoneOf, type TimeZone } from './time-zone.ts';

/** One trigger of a schedule; several in one schedule are independent. */
export type Trigger = 'every' | 'cron' | 'after';

/** When jobs are due: what a document can say, and what a schedule of its own can say besides. */
export interface Timing extends Pick<ScheduleModel, Trigger> {
  /** Of a cron expression that names none itself, and of `exceptDates`. @default UTC */
  readonly timeZone?: string;
  /** @default see docs/adr/0008 */
  readonly skipped?: SkippedTime;
  /** @default see docs/adr/0008 */
  readonly repeated?: RepeatedTime;
  /** Days on which nothing is due, as `2026-12-24`. */
  readonly exceptDates?: readonly string[];
}

export interface TriggerState {
  /** When the trigger was armed, or fired last, epoch milliseconds: intervals are counted from it. */
  readonly since: number;
  /** Only what is later than this counts. @default `since` */
  readonly later?: number;
  /** For `after`: when the last run ended; absent before the first run, which is due at once. */
  readonly lastEndedAt?: number;
}

const dayMs = 86_400_000;
/** No interval is shorter, whatever a definition says that was published before there was a lower bound. */
const leastIntervalMs = 100;

/** The triggers of a schedule that depend on time. */
export function timeTriggers(schedule: ScheduleModel): Trigger[] {
  return (['every', 'cron', 'after'] as const).filter((trigger) => schedule[trigger] !== undefined);
}

/** When a trigger is due next, or undefined when it never is. Cron is read in UTC unless a zone is named. */
export function nextRun(
  schedule: Timing,
  trigger: Trigger,
  state: TriggerState,
): number | undefined {
  const { exceptDates = [] } = schedule;
  if (exceptDates.length === 0) return nextRegular(schedule, trigger, state);
  const zone = zoneOf(schedule);
  const excepted = new Set(exceptDates);
  let due = nextRegular(schedule, trigger, state);
  // Each round passes over one of the days, so there are no more rounds than days.
  while (due !== undefined && zone !== undefined) {
    const local = due + zone.offsetAt(due);
    const day = Math.floor(local / dayMs) * dayMs;
    if (!excepted.has(new Date(day).toISOString().slice(0, 10))) return due;
    const morning = instantOf(zone, day + dayMs);
    due =
      trigger === 'after'
        ? Math.max(morning, due + 1)
        : nextRegular(schedule, trigger, { ...state, later: Math.max(morning - 1, due) });
  }
  return undefined;
}

/** The last moment of `(since, until]` at which a trigger was due, counted from `since`; undefined when it was not. */
export function lastRun(
  schedule: Timing,
  trigger: Trigger,
  { since, until }: { readonly since: number; readonly until: number },
): number | undefined {
  const next = (later: number) => nextRun(schedule, trigger, { since, later });
  for (let width = 1_000; ; width *= 2) {
    const from = Math.max(since, until - width);
    let last = next(from);
    if (last === undefined || last > until) {
      if (from === since) return undefined;
      continue;
    }
    // Half as far back there was nothing: what follows now is little.
    for (let following = next(last); following !== undefined && following <= until;) {
      last = following;
      following = next(last);
    }
    return last;
  }
}

function nextRegular(
  schedule: Timing,
  trigger: Trigger,
  { since, later = since, lastEndedAt }: TriggerState,
): number | undefined {
  switch (trigger) {
    case 'every':
      return nextInterval(durationOf(schedule.every), since, later);
    case 'after': {
      if (lastEndedAt === undefined) return since;
      const pause = durationOf(schedule.after);
      return pause && Math.max(addDuration(lastEndedAt, pause), lastEndedAt + leastIntervalMs);
    }
    case 'cron':
      return nextCron(schedule, later);
  }
}

function durationOf(model: DurationModel | undefined): Duration | undefined {
  return model === undefined ? undefined : parseDuration(model);
}

/** The first multiple of an interval from an anchor, also before it, that is after another moment. */
function nextInterval(
  interval: Duration | undefined,
  anchor: number,
  later: number,
): number | undefined {
  if (interval === undefined) return undefined;
  const { months, milliseconds } = interval;
  if (months === 0) {
    const width = Math.max(Math.round(milliseconds), leastIntervalMs);
    return anchor + (Math.floor((later - anchor) / width) + 1) * width;
  }
  const nth = (count: number) =>
    addDuration(anchor, { months: months * count, milliseconds: milliseconds * count });
  // No month is longer than 31 days, so this is not too far.
  let count = Math.floor((later - anchor) / (months * 31 * dayMs + milliseconds));
  if (count < 0) count = Math.floor((later - anchor) / (months * 28 * dayMs + milliseconds));
  while (nth(count) <= later) count += 1;
  return nth(count);
}

function nextCron(schedule: Timing, from: number): number | undefined {
  const { cron, timeZone, skipped, repeated } = schedule;
  if (cron === undefined) return undefined;
  try {
    return nextTick(parseCron(cron, { timeZone, skipped, repeated }), from);
  } catch {
    return undefined;
  }
}

/** Undefined when it cannot be read: then nothing is due. */
function zoneOf({ cron, timeZone = 'UTC' }: Timing): TimeZone | undefined {
  if (cron === undefined) return timeZoneOf(timeZone);
  try {
    return parseCron(cron, { timeZone }).zone;
  } catch {
    return undefined;
  }
}
