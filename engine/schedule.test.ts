import { describe, expect, it } from 'vitest';
import { addDuration, parseDuration } from './duration.ts';
import type { Consumption } from './events.ts';
import type { CloudEvent } from './host.ts';
import {
  matchKeysOf,
  offerToSchedule,
  type ScheduleArrival,
  type ScheduleOffer,
} from './schedule-events.ts';
import { lastRun, nextRun, timeTriggers } from './schedule.ts';
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

  it('keeps its beat where some of it is passed over, also back in time', () => {
    const since = noon;
    expect(nextRun({ every: 'PT10M' }, 'every', { since, later: noon + 1_500_000 })).toBe(
      noon + 1_800_000,
    );
    expect(nextRun({ every: 'PT10M' }, 'every', { since, later: noon - 1_500_000 })).toBe(
      noon - 1_200_000,
    );
    const later = Date.UTC(2025, 9, 1);
    expect(nextRun({ every: 'P1M' }, 'every', { since, later })).toBe(Date.UTC(2025, 9, 31, 12));
  });

  it('finds the last tick before a moment, however long ago the first was', () => {
    const until = Date.UTC(2026, 9, 25, 3);
    const berlin = { cron: '30 2 * * *', timeZone: 'Europe/Berlin' };
    expect(lastRun(berlin, 'cron', { since: noon, until })).toBe(Date.UTC(2026, 9, 25, 0, 30));
    expect(lastRun({ every: 'PT7S' }, 'every', { since: noon, until })).toBeGreaterThan(
      until - 7_000,
    );
    expect(lastRun(berlin, 'cron', { since: until, until: until + 1 })).toBeUndefined();
  });

  it('passes over days that are excepted, as the clocks of its zone have them', () => {
    const exceptDates = ['2026-02-01', '2026-02-02'];
    const berlin = { cron: '30 0,23 * * *', timeZone: 'Europe/Berlin', exceptDates };
    expect(nextRun(berlin, 'cron', { since: noon })).toBe(Date.UTC(2026, 0, 31, 22, 30));
    expect(nextRun(berlin, 'cron', { since: Date.UTC(2026, 0, 31, 22, 30) })).toBe(
      Date.UTC(2026, 1, 2, 23, 30),
    );
    expect(
      nextRun({ every: 'PT1H', exceptDates }, 'every', { since: Date.UTC(2026, 0, 31, 23) }),
    ).toBe(Date.UTC(2026, 1, 3));
    expect(
      nextRun({ after: 'PT13H', exceptDates }, 'after', { since: noon, lastEndedAt: noon }),
    ).toBe(Date.UTC(2026, 1, 3));
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

  const arrivalOf = (text: string, event: CloudEvent): ScheduleArrival => {
    const definition = definitionOf(text);
    return { definition, strategy: definition.document.schedule?.on ?? {}, event };
  };

  /** What each event does to the one match that is kept. */
  const offerAll = (text: string, events: readonly CloudEvent[]): readonly ScheduleOffer[] => {
    let open: Consumption | undefined;
    return events.map((event) => {
      const result = offerToSchedule(arrivalOf(text, event), open);
      if (result.kind !== 'passed') open = result.kind === 'taken' ? result.state : undefined;
      return result;
    });
  };

  it('starts a run with the triggering events as its input', () => {
    const [first, other, second] = offerAll(source(''), [
      testEvent('a', { k: 1 }),
      testEvent('b', { k: 2 }),
      testEvent('b', { k: 1 }),
    ]);
    expect(first?.kind).toBe('taken');
    expect(other).toEqual({ kind: 'passed' });
    expect(second).toEqual({ kind: 'over', input: [{ k: 1 }, { k: 1 }] });
  });

  it('keeps a match where the events of its key look for it, and of no other', () => {
    const placed = offerToSchedule(arrivalOf(source(''), testEvent('a', { k: 1 })));
    const keysOf = (type: string, k: number | string): readonly string[] =>
      matchKeysOf(arrivalOf(source(''), testEvent(type, { k })));
    const key = placed.kind === 'taken' ? placed.place.key : '';
    expect(keysOf('b', '1')).toEqual([key]);
    expect(keysOf('b', 2)).not.toEqual([key]);
    expect(keysOf('c', 1)).toEqual([]);
  });

  it('ends a match by the until of its own key, and starts nothing by one of nothing', () => {
    const until = `schedule: { on: { any: [{ with: { type: a }, correlate: { k: { from: .data.k } } }], until: { one: { with: { type: end }, correlate: { k: { from: .data.k } } } } } }
do: []`;
    const [none, taken, other, own] = offerAll(until, [
      testEvent('end', { k: 1 }),
      testEvent('a', { k: 1 }),
      testEvent('end', { k: 2 }),
      testEvent('end', { k: 1 }),
    ]);
    expect(none).toEqual({ kind: 'over' });
    expect(taken?.kind).toBe('taken');
    expect(other).toEqual({ kind: 'passed' });
    expect(own).toEqual({ kind: 'over', input: [{ k: 1 }] });
  });

  it('reads data or whole events as read says', () => {
    const event = testEvent('x', { k: 1 });
    const on = (read: string): string =>
      `schedule: { on: { one: { with: { type: x } } }, read: ${read} }\ndo: []`;
    expect(offerAll(on('data'), [event])).toEqual([{ kind: 'over', input: [{ k: 1 }] }]);
    expect(offerAll(on('envelope'), [event])).toEqual([{ kind: 'over', input: [event] }]);
  });

  it('takes an event on which an expression fails as one that does not match', () => {
    const failing =
      'schedule: { on: { one: { with: { type: x, data: "${ .a + {} }" } } } }\ndo: []';
    expect(offerAll(failing, [testEvent('x', { a: 1 })])).toEqual([{ kind: 'passed' }]);
  });
});
