import { lastRun, nextRun, type Timing, type Trigger } from '../../../engine/schedule.ts';

export const catchUps = ['NONE', 'LAST', 'ALL'] as const;

/** What becomes of ticks that were missed. */
export type CatchUp = (typeof catchUps)[number];

/** A tick that is due. */
export interface DueTick {
  readonly kind: Trigger;
  readonly spec: Timing;
  /** Which one. */
  readonly tick: number;
  /** When it was to be served, be it some jitter later. */
  readonly dueAt: number;
  readonly now: number;
  readonly catchUp: CatchUp;
  /** How far back ALL goes. */
  readonly catchUpMs: number;
  /** Missed ticks that were made up for in a row. */
  readonly caughtUp: number;
}

export interface TickPlan {
  /** The tick for which a job starts; undefined for none. */
  readonly run: number | undefined;
  /** Why ticks are left out. */
  readonly missed?: string;
  /** The tick after it; undefined where there is none, or not before the job has ended. */
  readonly next: number | undefined;
  readonly caughtUp: number;
}

/** A tick that is served later than so was missed. */
const lateMs = 60_000;
/** Ticks that are made up for in a row at most. */
const maxCaughtUp = 1_000;

/** What to do about a tick that is due, and which one comes next. */
export function planTick(due: DueTick): TickPlan {
  const { kind, spec, tick, now, catchUp } = due;
  // Its next one counts from the end of the job: without this one there would be none.
  if (kind === 'after') return { run: tick, next: undefined, caughtUp: 0 };
  if (catchUp === 'ALL') return planAll(due);
  const regular = nextRun(spec, kind, { since: tick });
  const isBehind = regular !== undefined && regular <= now;
  const next = isBehind ? nextRun(spec, kind, { since: tick, later: now }) : regular;
  if (catchUp === 'NONE' && now - due.dueAt > lateMs)
    return { run: undefined, missed: 'nobody ticked when it was due', next, caughtUp: 0 };
  const last = isBehind ? lastRun(spec, kind, { since: tick, until: now }) : undefined;
  return { run: last ?? tick, next, caughtUp: 0 };
}

/** Oldest first; each turn serves one, so that others come in between. */
function planAll({ kind, spec, tick, now, catchUpMs, caughtUp }: DueTick): TickPlan {
  const oldest = now - catchUpMs;
  if (caughtUp >= maxCaughtUp)
    return {
      run: undefined,
      missed: `${String(maxCaughtUp)} missed ticks in a row were made up for; the others are left out`,
      next: nextRun(spec, kind, { since: tick, later: now }),
      caughtUp: 0,
    };
  if (tick < oldest)
    return {
      run: undefined,
      missed: 'ticks from before the time that is made up for are left out',
      next: nextRun(spec, kind, { since: tick, later: oldest - 1 }),
      caughtUp,
    };
  const next = nextRun(spec, kind, { since: tick });
  const isBehind = next !== undefined && next <= now;
  return { run: tick, next, caughtUp: isBehind ? caughtUp + 1 : 0 };
}
