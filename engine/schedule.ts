import { parseCron } from './cron/cron.ts';
import { nextTick } from './cron/next.ts';
import type { DurationModel, ScheduleModel } from './dsl/document.ts';
import { addDuration, parseDuration } from './duration.ts';

/** One trigger of a schedule; several in one schedule are independent. */
export type Trigger = 'every' | 'cron' | 'after';

export interface TriggerState {
  /** When the trigger was armed, or fired last, epoch milliseconds. */
  readonly since: number;
  /** For `after`: when the last run ended; absent before the first run, which is due at once. */
  readonly lastEndedAt?: number;
}

/** No interval is shorter, whatever a definition says that was published before there was a lower bound. */
const leastIntervalMs = 100;

/** The triggers of a schedule that depend on time. */
export function timeTriggers(schedule: ScheduleModel): Trigger[] {
  return (['every', 'cron', 'after'] as const).filter((trigger) => schedule[trigger] !== undefined);
}

/** When a trigger is due next, or undefined when it never is. Cron is read in UTC unless it names a zone. */
export function nextRun(
  schedule: ScheduleModel,
  trigger: Trigger,
  state: TriggerState,
): number | undefined {
  switch (trigger) {
    case 'every':
      return later(schedule.every, state.since);
    case 'after':
      return state.lastEndedAt === undefined
        ? state.since
        : later(schedule.after, state.lastEndedAt);
    case 'cron':
      return schedule.cron === undefined ? undefined : nextCron(schedule.cron, state.since);
  }
}

function later(model: DurationModel | undefined, from: number): number | undefined {
  const duration = model === undefined ? undefined : parseDuration(model);
  return duration === undefined
    ? undefined
    : Math.max(addDuration(from, duration), from + leastIntervalMs);
}

function nextCron(cron: string, from: number): number | undefined {
  try {
    return nextTick(parseCron(cron), from);
  } catch {
    return undefined;
  }
}
