import type { ScheduleRowFragment, ScheduleWholeQuery } from '../../_generated/documents.ts';

export type Schedule = NonNullable<ScheduleWholeQuery['schedule']>;

/** ACTIVE, PAUSED by somebody, or STOPPED by the platform. */
export function standingOf({ pausedAt, pausedBy }: ScheduleRowFragment) {
  if (pausedAt === null) return 'ACTIVE';
  return pausedBy === null ? 'STOPPED' : 'PAUSED';
}

/** The zone whose clocks count. */
export function zoneOf({ cron, timeZone }: Pick<Schedule, 'cron' | 'timeZone'>): string {
  const [, named] = /^\s*CRON_TZ=(\S+)/.exec(cron ?? '') ?? [];
  return named ?? timeZone ?? 'UTC';
}

/** A length of time as the API takes it. */
export function isoOf(ms: number): string {
  return `PT${ms / 1_000}S`;
}
