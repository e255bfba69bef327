import { describe, expect, it } from 'vitest';

import { manualClock } from '../../../kernel/clock.ts';
import { armed } from './arm.ts';
import { planTick, type DueTick } from './plan-tick.ts';

const hour = 3_600_000;
const start = Date.UTC(2026, 2, 28, 12);

function due(wish: Partial<DueTick>): DueTick {
  return {
    ...{ kind: 'every', spec: { every: 'PT1H' }, tick: start, dueAt: start, now: start },
    ...{ catchUp: 'LAST', catchUpMs: 24 * hour, caughtUp: 0, ...wish },
  };
}

describe('planTick', () => {
  it('runs a tick that is on time and goes on from it, not from when it was served', () => {
    expect(planTick(due({ now: start + 900 }))).toEqual({
      ...{ run: start, next: start + hour, caughtUp: 0 },
    });
  });

  it('makes up for missed ticks by the last of them with LAST', () => {
    expect(planTick(due({ now: start + 5.5 * hour }))).toMatchObject({
      ...{ run: start + 5 * hour, next: start + 6 * hour },
    });
  });

  it('starts nothing for missed ticks with NONE, and what is late by moments all the same', () => {
    const missed = planTick(due({ catchUp: 'NONE', now: start + 5.5 * hour }));
    expect(missed).toMatchObject({ run: undefined, next: start + 6 * hour });
    expect(missed.missed).toBeDefined();
    expect(planTick(due({ catchUp: 'NONE', now: start + 30_000 }))).toMatchObject({ run: start });
  });

  it('makes up for each missed tick with ALL, oldest first, as far back as the window says', () => {
    const now = start + 3.5 * hour;
    const runs: (number | undefined)[] = [];
    let tick: number | undefined = start;
    let caughtUp = 0;
    while (tick !== undefined && tick <= now) {
      const plan = planTick(
        due({ catchUp: 'ALL', catchUpMs: 2 * hour, tick, dueAt: tick, now, caughtUp }),
      );
      runs.push(plan.run);
      ({ next: tick, caughtUp } = plan);
    }
    expect(runs).toEqual([undefined, start + 2 * hour, start + 3 * hour]);
    expect([tick, caughtUp]).toEqual([start + 4 * hour, 0]);
  });

  it('makes up for a thousand in a row at most', () => {
    const now = start + 9.5 * hour;
    expect(planTick(due({ catchUp: 'ALL', now, caughtUp: 1_000 }))).toMatchObject({
      ...{ run: undefined, next: start + 10 * hour, caughtUp: 0 },
    });
  });

  it('runs what counts from the end of a job however late, as there would be no next one', () => {
    const late = due({
      kind: 'after',
      spec: { after: 'PT1M' },
      catchUp: 'NONE',
      now: start + hour,
    });
    expect(planTick(late)).toEqual({ run: start, next: undefined, caughtUp: 0 });
  });

  it.each([
    ['Europe/Berlin', '30 2 * * *', 'run', '2026-03-28T12:00Z', ['2026-03-29T01:00:00.000Z']],
    ['Europe/Berlin', '30 2 * * *', 'skip', '2026-03-28T12:00Z', ['2026-03-30T00:30:00.000Z']],
    [
      'Australia/Lord_Howe',
      '45 1 * * *',
      'twice',
      '2026-04-04T12:00Z',
      ['2026-04-04T14:45:00.000Z', '2026-04-04T15:15:00.000Z'],
    ],
    [
      'Australia/Lord_Howe',
      '45 1 * * *',
      'once',
      '2026-04-04T12:00Z',
      ['2026-04-04T14:45:00.000Z'],
    ],
  ] as const)('runs once a tick through the night of a change in %s for %s: %s', (...row) => {
    const [timeZone, cron, rule, from, expected] = row;
    const clock = manualClock(new Date(from));
    const spec = {
      ...{ timeZone, cron },
      ...(rule === 'run' || rule === 'skip' ? { skipped: rule } : { repeated: rule }),
    };
    const runs: string[] = [];
    let { next } = planTick(due({ kind: 'cron', spec, tick: clock.now().getTime() }));
    const end = Date.parse(expected.at(-1) ?? '') + hour;
    while (clock.now().getTime() < end) {
      clock.advance(60_000);
      const now = clock.now().getTime();
      if (next === undefined || next > now) continue;
      const plan = planTick(due({ kind: 'cron', spec, tick: next, dueAt: next, now }));
      if (plan.run !== undefined) runs.push(new Date(plan.run).toISOString());
      ({ next } = plan);
    }
    expect(runs).toEqual(expected);
  });
});

describe('armed', () => {
  it('serves a tick by a jitter later that is the same for all who reckon it', () => {
    const at = (tick: number) => armed({ id: 'a', jitterMs: 60_000 }, tick);
    const delays = Array.from({ length: 50 }, (_, index) => {
      const { tickAt, nextAt } = at(start + index * hour);
      expect(at(start + index * hour)).toEqual({ tickAt, nextAt });
      return (nextAt?.getTime() ?? 0) - (tickAt?.getTime() ?? 0);
    });
    expect(delays.every((delay) => delay >= 0 && delay <= 60_000)).toBe(true);
    expect(new Set(delays).size).toBeGreaterThan(40);
  });
});
