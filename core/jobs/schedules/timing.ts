import { checkTiming } from '../../../engine/dsl/lint/schedule.ts';
import { nextRun, type Timing, type Trigger } from '../../../engine/schedule.ts';
import { RefusedError, type Problem } from '../../../kernel/errors.ts';
import type { Services } from '../../context.ts';
import type { TimingSettings } from './schedule-input.ts';

export type { Timing };

/** When jobs are due, and by which of its triggers. */
export interface ScheduleTiming {
  readonly kind: Trigger;
  readonly spec: Timing;
}

const triggers = ['cron', 'every', 'after'] as const;

/**
 * The timing that the settings make, or make of the one there is: a trigger takes the place of the one before, the rest stays
 * where nothing is said. Refuses what cannot be read, is never due or is due too often.
 */
export function timingOf(
  settings: TimingSettings,
  { limits, before }: Pick<Services, 'limits'> & { readonly before?: ScheduleTiming },
): ScheduleTiming {
  const given = triggers.filter((name) => settings[name] != null);
  if (given.length > 1 || (given.length === 0 && before === undefined))
    throw refusal([{ field: 'input', message: 'give one of cron, every and after' }]);
  const [kind = before?.kind ?? 'cron'] = given;
  const { cron, every, after, ...rest } = before?.spec ?? {};
  const text = settings[kind] ?? { cron, every, after }[kind];
  const spec = { ...rest, ...clocksOf(settings), [kind]: text } satisfies Timing;
  check({ kind, spec }, limits);
  return { kind, spec };
}

function clocksOf(settings: TimingSettings): Omit<Timing, Trigger> {
  const { timeZone, onSkippedTime, onRepeatedTime, exceptDates } = settings;
  return {
    ...(timeZone == null ? {} : { timeZone }),
    ...(onSkippedTime == null ? {} : { skipped: skippedTimes[onSkippedTime] }),
    ...(onRepeatedTime == null ? {} : { repeated: repeatedTimes[onRepeatedTime] }),
    ...(exceptDates == null ? {} : { exceptDates: [...new Set(exceptDates)].toSorted() }),
  };
}

const skippedTimes = { RUN: 'run', SKIP: 'skip' } as const;
const repeatedTimes = { ONCE: 'once', TWICE: 'twice', SKIP: 'skip' } as const;

function check({ kind, spec }: ScheduleTiming, limits: Services['limits']): void {
  const faults = checkTiming(spec, limits).filter(({ severity }) => severity === 'error');
  if (faults.length > 0)
    throw refusal(
      faults.map(({ path, message, hint }) => ({
        field: `input.${path.split('/').at(-1) ?? kind}`,
        message: `${message}. ${hint}`.trim(),
      })),
    );
  const { timeZone, cron } = spec;
  if (timeZone !== undefined && cron?.trim().startsWith('CRON_TZ=') === true)
    throw refusal([
      { field: 'input.timeZone', message: 'the expression names its zone itself with CRON_TZ' },
    ]);
}

function refusal(problems: readonly Omit<Problem, 'code'>[]): RefusedError {
  return new RefusedError(
    'BAD_USER_INPUT',
    problems.map((problem) => ({ code: 'BAD_USER_INPUT', ...problem })),
  );
}

/** Moments from one on, at most so many, at which a schedule is due; `anchor` is one of them for intervals. */
export function ticksFrom(
  { kind, spec }: ScheduleTiming,
  {
    anchor,
    from,
    count,
  }: { readonly anchor: number; readonly from: number; readonly count: number },
): readonly number[] {
  const found: number[] = [];
  let later = from - 1;
  while (found.length < count) {
    const next = nextRun(spec, kind, { since: anchor, later });
    if (next === undefined) break;
    found.push(next);
    later = next;
  }
  return found;
}
