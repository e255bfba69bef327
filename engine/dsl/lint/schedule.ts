import { parseCron, type Cron, type CronSettings } from '../../cron/cron.ts';
import type { Timing } from '../../schedule.ts';
import { nextTick, shortestInterval } from '../../cron/next.ts';
import { parseDuration } from '../../duration.ts';
import type { Limits } from '../../limits.ts';
import type { DurationModel, ScheduleModel } from '../document.ts';
import type { Remark } from '../finding.ts';
import { fault } from './remarks.ts';
import { duration } from './durations.ts';

type ScheduleLimits = Pick<Limits, 'scheduleIntervalMs'>;

const noEvent = {
  message: 'there is no event to wait for: the schedule never starts a job',
  hint: 'Give the events under all.',
};
const noDay = {
  message: 'there is no such day: the schedule never starts a job',
  hint: 'Name a day that the month has; L is its last one.',
};
const noData = {
  message: 'an expression has no data here: a schedule is read before there is a job',
  hint: 'Write PT30S or {seconds: 30}.',
};

const shortestMonthMs = 28 * 86_400_000;
/** Whatever is due at all is due within a cycle of leap years after this. */
const sometime = Date.UTC(2000, 0, 1);

/** Schedules that say nothing, never come true, or come true all the time. */
export function checkSchedule(schedule: ScheduleModel, limits: ScheduleLimits): Remark[] {
  const { on } = schedule;
  const isEmpty = Object.keys(schedule).length === 0;
  return [
    ...(isEmpty
      ? [
          fault('schedule/empty', '/schedule', {
            message: 'the schedule says nothing',
            hint: 'Give every, cron, after or on.',
          }),
        ]
      : []),
    ...checkTiming(schedule, limits),
    ...(on?.all?.length === 0 ? [never('/schedule/on/all', noEvent)] : []),
  ];
}

/** Triggers by time that cannot be read, never come true, or come true all the time. */
export function checkTiming(timing: Timing, limits: ScheduleLimits): Remark[] {
  const { every, after, cron } = timing;
  return [
    ...checkInterval(every, '/schedule/every', limits),
    ...checkInterval(after, '/schedule/after', limits),
    ...(cron === undefined ? [] : checkCron(cron, timing, limits)),
  ];
}

function checkInterval(
  model: DurationModel | undefined,
  path: string,
  limits: ScheduleLimits,
): Remark[] {
  if (model === undefined) return [];
  const parsed = parseDuration(model);
  if (parsed === undefined) {
    const invalid = duration(model, path);
    return invalid.length > 0 ? invalid : [fault('schedule/expression', path, noData)];
  }
  return checkLength(parsed.months * shortestMonthMs + parsed.milliseconds, path, limits);
}

function checkLength(ms: number, path: string, { scheduleIntervalMs }: ScheduleLimits): Remark[] {
  if (ms >= scheduleIntervalMs) return [];
  const shortest = `${String(scheduleIntervalMs / 1_000)} s`;
  return [
    fault('schedule/too-often', path, {
      message: `the schedule starts jobs more often than every ${shortest}`,
      hint: 'Let more time pass between two jobs.',
    }),
  ];
}

function checkCron(
  text: string,
  { timeZone, skipped, repeated }: Timing,
  limits: ScheduleLimits,
): Remark[] {
  const path = '/schedule/cron';
  const cron = readCron(text, { timeZone, skipped, repeated });
  if (typeof cron === 'string')
    return [
      fault('schedule/cron', path, {
        message: `not a cron expression: ${cron}`,
        hint: 'Five fields: minute hour day month weekday; CRON_TZ=Europe/Berlin may stand before them.',
      }),
    ];
  if (nextTick(cron, sometime) === undefined) return [never(path, noDay)];
  return checkLength(shortestInterval(cron), path, limits);
}

function never(path: string, wording: Pick<Remark, 'message' | 'hint'>): Remark {
  return fault('schedule/never', path, wording);
}

function readCron(text: string, settings: CronSettings): Cron | string {
  try {
    return parseCron(text, settings);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
