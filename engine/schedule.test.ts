import { describe, expect, it } from 'vitest';
import { addDuration, parseDuration } from './duration.ts';
import { nextRun, timeTriggers } from './schedule.ts';

const noon = Date.UTC(2026, 0, 31, 12);

describe('duration', () => {
  it('reads ISO 8601 and the object form', () => {
    expect(parseDuration('PT1H30M0.5S')).toEqual({ months: 0, milliseconds: 5_400_500 });
    expect(parseDuration('P1Y2M1W3D')).toEqual({ months: 14, milliseconds: 864_000_000 });
    expect(parseDuration({ days: 1, seconds: 2, milliseconds: 3 })).toEqual({
      months: 0,
      milliseconds: 86_402_003,
    });
    for (const text of ['P', 'PT', '-PT1S', '5 s', ''])
      expect(parseDuration(text), text).toBeUndefined();
  });

  it('adds months by the calendar, to the last day where there is no such day', () => {
    expect(addDuration(noon, { months: 1, milliseconds: 0 })).toBe(Date.UTC(2026, 1, 28, 12));
    expect(addDuration(noon, { months: 13, milliseconds: 1_000 })).toBe(
      Date.UTC(2027, 1, 28, 12, 0, 1),
    );
  });
});

describe('schedule', () => {
  it('is due each interval after the last time for every', () => {
    expect(nextRun({ every: 'PT10M' }, 'every', { since: noon })).toBe(noon + 600_000);
  });

  it('is due in UTC for cron', () => {
    expect(nextRun({ cron: '0 0 * * *' }, 'cron', { since: noon })).toBe(Date.UTC(2026, 1, 1));
  });

  it('is due at once and then after each end for after', () => {
    expect(nextRun({ after: { minutes: 5 } }, 'after', { since: noon })).toBe(noon);
    expect(
      nextRun({ after: { minutes: 5 } }, 'after', { since: noon, lastEndedAt: noon + 1_000 }),
    ).toBe(noon + 301_000);
  });

  it('counts each of several triggers for itself', () => {
    expect(timeTriggers({ cron: '* * * * *', every: 'PT1M', on: { any: [] } })).toEqual([
      'every',
      'cron',
    ]);
  });
});
