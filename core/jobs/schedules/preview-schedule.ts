import { z } from 'zod';

import { parseCron, type Cron } from '../../../engine/cron/cron.ts';
import { nextTick } from '../../../engine/cron/next.ts';
import { nextChange } from '../../../engine/time-zone.ts';
import { RefusedError, type Problem } from '../../../kernel/errors.ts';
import { permit, permitMaker } from '../../access/permit.ts';
import type { VerbContext } from '../../context.ts';
import { parse } from '../../parse.ts';
import { timingSettings } from './schedule-input.ts';
import { ticksFrom, timingOf } from './timing.ts';

const mostTicks = 20;
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** Clocks that change at all do so within a year. */
const farthestMs = 370 * dayMs;
const mostNearChange = 12;

const previewInput = z.strictObject({
  ...timingSettings,
  first: z.int().min(1).max(mostTicks).nullish(),
});

/** When a schedule would be due. */
export interface SchedulePreview {
  readonly ticks: readonly Date[];
  readonly clockChanges: readonly ClockChange[];
  /** What is wrong with it; then there is nothing else. */
  readonly problems: readonly Problem[];
}

/** Clocks are put forward or back, and that matters to the schedule. */
export interface ClockChange {
  readonly at: Date;
  /** Negative when they are put back. */
  readonly shiftMs: number;
  /** What is due from two hours before to two hours after, at most twelve. */
  readonly ticks: readonly Date[];
}

/** When a schedule would be due next, jitter aside, and what becomes of it as clocks change; nothing is kept. */
export async function previewSchedule(
  context: VerbContext,
  input: unknown,
): Promise<SchedulePreview> {
  await permit(context, 'JOBS_READ');
  await permitMaker(context);
  try {
    const { first, ...wish } = parse(previewInput, input);
    const timing = timingOf(wish, context);
    const now = context.clock.now().getTime();
    const isOne = timing.kind === 'after';
    // An interval is first due when it is over; what counts from ends of jobs, at once.
    const from = isOne ? now : now + 1;
    const ticks = ticksFrom(timing, { anchor: now, from, count: isOne ? 1 : (first ?? 5) });
    const { cron } = timing.spec;
    const clockChanges = cron === undefined ? [] : changesFor(parseCron(cron, timing.spec), now);
    return { ticks: ticks.map(dateOf), clockChanges, problems: [] };
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error;
    return { ticks: [], clockChanges: [], problems: error.problems };
  }
}

const dateOf = (at: number): Date => new Date(at);

/** The next changes of clocks, one forward and one back at most, in whose hours something is or would be due. */
function changesFor(cron: Cron, now: number): readonly ClockChange[] {
  const { zone } = cron;
  const found: ClockChange[] = [];
  let from = now;
  while (found.length < 2) {
    const at = nextChange(zone, from, now + farthestMs);
    if (at === undefined) break;
    const shiftMs = zone.offsetAt(at) - zone.offsetAt(at - 1_000);
    if (isConcerned(cron, at)) found.push({ at: dateOf(at), shiftMs, ticks: near(cron, at) });
    from = at;
  }
  return found;
}

/** True when it makes a difference what is done with times that clocks skip or show twice. */
function isConcerned(cron: Cron, at: number): boolean {
  const ways = [
    { skipped: 'run', repeated: 'once' },
    { skipped: 'run', repeated: 'twice' },
    { skipped: 'skip', repeated: 'skip' },
  ] as const;
  const texts = ways.map((way) =>
    near({ ...cron, ...way }, at)
      .map(Number)
      .join(' '),
  );
  return new Set(texts).size > 1;
}

function near(cron: Cron, at: number): readonly Date[] {
  const found: Date[] = [];
  let later = at - 2 * hourMs - 1;
  while (found.length < mostNearChange) {
    const next = nextTick(cron, later);
    if (next === undefined || next > at + 2 * hourMs) break;
    found.push(dateOf(next));
    later = next;
  }
  return found;
}
