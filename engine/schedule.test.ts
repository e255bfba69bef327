import { describe, expect, it } from 'vitest';
import { addDuration, parseDuration } from './duration.ts';
import { offerToSchedule } from './schedule-events.ts';
import { nextRun, timeTriggers } from './schedule.ts';
import { definitionOf } from './testing/run-job.ts';
import { testEvent } from './testing/scripted-host.ts';

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

  it('reads none that ends at no date', () => {
    for (const model of ['P10001Y', 'P3660000D', 'PT99999999999999999999S', { days: 1e300 }])
      expect(parseDuration(model), JSON.stringify(model)).toBeUndefined();
    expect(
      new Date(addDuration(noon, { months: 120_000, milliseconds: 3.1e14 })).getTime(),
    ).not.toBeNaN();
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

  it('counts days as 24 hours and months by the calendar of UTC', () => {
    // The night in which clocks are put forward in Berlin.
    const evening = Date.UTC(2026, 2, 28, 20);
    expect(nextRun({ every: 'P1D' }, 'every', { since: evening })).toBe(evening + 86_400_000);
    expect(nextRun({ every: 'P1M' }, 'every', { since: noon })).toBe(Date.UTC(2026, 1, 28, 12));
    expect(nextRun({ after: 'P1Y' }, 'after', { since: noon, lastEndedAt: noon })).toBe(
      Date.UTC(2027, 0, 31, 12),
    );
  });

  it('goes on for an interval of nothing that was published before there was a lower bound', () => {
    expect(nextRun({ every: 'PT0S' }, 'every', { since: noon })).toBeGreaterThan(noon);
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

describe('schedule on', () => {
  const source = (
    rest: string,
  ): string => `schedule: { on: { all: [{ with: { type: a }, correlate: { k: { from: .data.k } } }, { with: { type: b }, correlate: { k: { from: .data.k } } }] }${rest} }
do: []`;

  it('starts a run with the triggering events as its input, and begins anew', () => {
    const definition = definitionOf(source(''));
    const first = offerToSchedule(definition, undefined, testEvent('a', { k: 1 }));
    expect(first.input).toBeUndefined();
    const other = offerToSchedule(definition, first.state, testEvent('b', { k: 2 }));
    expect(other.input).toBeUndefined();
    const second = offerToSchedule(definition, other.state, testEvent('b', { k: 1 }));
    expect(second.input).toEqual([{ k: 1 }, { k: 1 }]);
    expect(second.state.consumed).toEqual([]);
  });

  it('reads data or whole events as read says', () => {
    const event = testEvent('x', { k: 1 });
    const on = (read: string): string =>
      `schedule: { on: { one: { with: { type: x } } }, read: ${read} }\ndo: []`;
    expect(offerToSchedule(definitionOf(on('data')), undefined, event).input).toEqual([{ k: 1 }]);
    expect(offerToSchedule(definitionOf(on('envelope')), undefined, event).input).toEqual([event]);
  });

  it('takes an event on which an expression fails as one that does not match', () => {
    const definition = definitionOf(
      'schedule: { on: { one: { with: { type: x, data: "${ .a + {} }" } } } }\ndo: []',
    );
    expect(offerToSchedule(definition, undefined, testEvent('x', { a: 1 }))).toEqual({
      state: { consumed: [], filled: [], keys: {} },
    });
  });
});
