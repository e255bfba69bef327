import { describe, expect, it } from 'vitest';
import { parseCron, type CronSettings } from './cron.ts';
import { nextTick, shortestInterval } from './next.ts';

/** The next ticks after an instant, as texts in UTC without what they share. */
function ticks(cron: string, from: string, count: number): string[] {
  const parsed = parseCron(cron);
  const found: string[] = [];
  let at = Date.parse(from);
  for (let index = 0; index < count; index += 1) {
    at = nextTick(parsed, at) ?? Number.NaN;
    if (Number.isNaN(at)) return [...found, 'never'];
    found.push(
      new Date(at)
        .toISOString()
        .replace(/:00\.000Z$/, 'Z')
        .replace('.000Z', 'Z'),
    );
  }
  return found;
}

describe('parseCron', () => {
  it.each([
    ['', 'it is empty'],
    ['   ', 'it is empty'],
    ['5', 'it has 1 field, not five or six'],
    ['* * * *', 'it has 4 fields, not five or six'],
    ['* * * * * * *', 'it has 7 fields'],
    ['H * * * *', 'the minute "H" is of Jenkins'],
    ['H/15 * * * *', 'the minute "H" is of Jenkins'],
    ['0 H(0-7) * * *', 'the hour "H(0" is of Jenkins'],
    ['60 * * * *', 'the minute 60 is not within 0-59'],
    ['0 24 * * *', 'the hour 24 is not within 0-23'],
    ['0 0 0 * *', 'the day of the month 0 is not within 1-31'],
    ['0 0 * 13 *', 'the month 13 is not within 1-12'],
    ['0 0 * * 8', 'the weekday 8 is not within 0-7'],
    ['0 0 * MON *', 'the month "MON" cannot be read'],
    ['0 0 * * JAN', 'the weekday "JAN" cannot be read'],
    ['0 0 * * monday', 'the weekday "monday" cannot be read'],
    ['0 0 15W * *', 'the nearest weekday, is not supported'],
    ['30-10 * * * *', 'ends before it begins'],
    ['*/0 * * * *', 'the minute "*/0" cannot be read'],
    ['*/90 * * * *', 'the step of the minute "*/90" is beyond its range'],
    ['0 */24 * * *', 'the step of the hour "*/24" is beyond its range'],
    ['1,,2 * * * *', 'the minute "" cannot be read'],
    ['1.5 * * * *', 'cannot be read'],
    ['-5 * * * *', 'cannot be read'],
    ['? * * * *', 'cannot be read'],
    ['٣ * * * *', 'cannot be read'],
    ['0 0 * * 1#6', 'does not name the first to the fifth'],
    ['@reboot', 'there is no @reboot'],
    ['constructor', 'it has 1 field'],
    ['@constructor', 'there is no @constructor'],
    ['CRON_TZ=Mars/Olympus 0 0 * * *', 'there is no time zone "Mars/Olympus"'],
    ['CRON_TZ=+02:00 0 0 * * *', 'there is no time zone "+02:00"'],
    ['CRON_TZ=Europe/Berlin', 'it is empty'],
  ])('refuses %j: %s', (text, message) => {
    expect(() => parseCron(text)).toThrow(message);
  });
});

describe('nextTick', () => {
  it.each([
    ['*/20 * * * *', ['2026-01-31T12:20Z', '2026-01-31T12:40Z', '2026-01-31T13:00Z']],
    ['5,10-12 3 * * *', ['2026-02-01T03:05Z', '2026-02-01T03:10Z', '2026-02-01T03:11Z']],
    ['0 9 * * MON-FRI', ['2026-02-02T09:00Z', '2026-02-03T09:00Z', '2026-02-04T09:00Z']],
    ['0 9 * * fri-sun', ['2026-02-01T09:00Z', '2026-02-06T09:00Z', '2026-02-07T09:00Z']],
    ['0 0 L * ?', ['2026-02-28T00:00Z', '2026-03-31T00:00Z', '2026-04-30T00:00Z']],
    ['0 0 * * 5L', ['2026-02-27T00:00Z', '2026-03-27T00:00Z', '2026-04-24T00:00Z']],
    ['0 0 * * MON#1', ['2026-02-02T00:00Z', '2026-03-02T00:00Z', '2026-04-06T00:00Z']],
    ['0 0 29 2 *', ['2028-02-29T00:00Z', '2032-02-29T00:00Z', '2036-02-29T00:00Z']],
    ['0 0 13 * 5', ['2026-02-06T00:00Z', '2026-02-13T00:00Z', '2026-02-20T00:00Z']],
    ['*/30 0 12 1 1 *', ['2027-01-01T12:00Z', '2027-01-01T12:00:30Z', '2028-01-01T12:00Z']],
    ['@weekly', ['2026-02-01T00:00Z', '2026-02-08T00:00Z', '2026-02-15T00:00Z']],
    ['0 0 30 2 *', ['never']],
    ['0 0 31 4,6,9,11 *', ['never']],
  ])('reads %s', (cron, expected) => {
    expect(ticks(cron, '2026-01-31T12:00:00Z', expected.length)).toEqual(expected);
  });

  it('is strictly after the instant it is asked for', () => {
    expect(ticks('0 12 * * *', '2026-01-31T12:00:00Z', 1)).toEqual(['2026-02-01T12:00Z']);
    expect(ticks('0 12 * * *', '2026-01-31T11:59:59.999Z', 1)).toEqual(['2026-01-31T12:00Z']);
  });

  it.each<[string, string, string, readonly string[]]>([
    // Clocks go from 02:00 to 03:00 at 01:00Z, and back from 03:00 to 02:00.
    [
      'Europe/Berlin',
      '30 2 * * *',
      '2026-03-28T12:00:00Z',
      ['2026-03-29T01:00Z', '2026-03-30T00:30Z'],
    ],
    [
      'Europe/Berlin',
      '0,30 2,3 * * *',
      '2026-03-29T00:00:00Z',
      ['2026-03-29T01:00Z', '2026-03-29T01:30Z', '2026-03-30T00:00Z'],
    ],
    [
      'Europe/Berlin',
      '30 2 * * *',
      '2026-10-24T12:00:00Z',
      ['2026-10-25T00:30Z', '2026-10-26T01:30Z'],
    ],
    [
      'Europe/Berlin',
      '0 * * * *',
      '2026-10-24T23:00:00Z',
      ['2026-10-25T00:00Z', '2026-10-25T01:00Z', '2026-10-25T02:00Z'],
    ],
    [
      'Europe/Berlin',
      '0 */2 * * *',
      '2026-03-28T23:00:00Z',
      ['2026-03-29T02:00Z', '2026-03-29T04:00Z'],
    ],
    [
      'Europe/Berlin',
      '0 5 * * *',
      '2026-03-28T00:00:00Z',
      ['2026-03-28T04:00Z', '2026-03-29T03:00Z'],
    ],
    // From 02:00 to 03:00 at 07:00Z, back from 02:00 to 01:00 at 06:00Z.
    [
      'America/New_York',
      '15 2 * * *',
      '2026-03-08T00:00:00Z',
      ['2026-03-08T07:00Z', '2026-03-09T06:15Z'],
    ],
    [
      'America/New_York',
      '30 1 * * *',
      '2026-11-01T00:00:00Z',
      ['2026-11-01T05:30Z', '2026-11-02T06:30Z'],
    ],
    [
      'America/New_York',
      '*/30 * * * *',
      '2026-11-01T05:00:00Z',
      ['2026-11-01T05:30Z', '2026-11-01T06:00Z', '2026-11-01T06:30Z', '2026-11-01T07:00Z'],
    ],
    // Half an hour: from 02:00 to 02:30 at 15:30Z, back from 02:00 to 01:30 at 15:00Z.
    [
      'Australia/Lord_Howe',
      '15 2 * * *',
      '2026-10-03T00:00:00Z',
      ['2026-10-03T15:30Z', '2026-10-04T15:15Z'],
    ],
    [
      'Australia/Lord_Howe',
      '45 1 * * *',
      '2026-04-04T00:00:00Z',
      ['2026-04-04T14:45Z', '2026-04-05T15:15Z'],
    ],
    [
      'Australia/Lord_Howe',
      '45 * * * *',
      '2026-04-04T14:00:00Z',
      ['2026-04-04T14:45Z', '2026-04-04T15:15Z', '2026-04-04T16:15Z'],
    ],
    // An hour back for Ramadan, from 03:00 to 02:00 at 02:00Z, and forward again from 02:00 to 03:00.
    [
      'Africa/Casablanca',
      '30 2 * * *',
      '2026-02-14T12:00:00Z',
      ['2026-02-15T01:30Z', '2026-02-16T02:30Z'],
    ],
    [
      'Africa/Casablanca',
      '30 2 * * *',
      '2026-03-21T12:00:00Z',
      ['2026-03-22T02:00Z', '2026-03-23T01:30Z'],
    ],
    // At midnight, until 2022: from 00:00 to 01:00 at 20:30Z, back from 00:00 to 23:00 at 19:30Z; none since.
    [
      'Asia/Tehran',
      '30 0 * * *',
      '2022-03-21T12:00:00Z',
      ['2022-03-21T20:30Z', '2022-03-22T20:00Z'],
    ],
    [
      'Asia/Tehran',
      '30 23 * * *',
      '2022-09-21T12:00:00Z',
      ['2022-09-21T19:00Z', '2022-09-22T20:00Z'],
    ],
    [
      'Asia/Tehran',
      '30 0 * * *',
      '2026-03-21T12:00:00Z',
      ['2026-03-21T21:00Z', '2026-03-22T21:00Z'],
    ],
    // A day that was not.
    [
      'Pacific/Apia',
      '0 12 * * *',
      '2011-12-29T12:00:00Z',
      ['2011-12-29T22:00Z', '2011-12-30T10:00Z', '2011-12-30T22:00Z'],
    ],
  ])('follows the clocks of %s for %s after %s', (...[zone, cron, from, expected]) => {
    expect(ticks(`CRON_TZ=${zone} ${cron}`, from, expected.length)).toEqual(expected);
  });
});

describe('a rule for changes of clocks', () => {
  type Rules = Pick<CronSettings, 'skipped' | 'repeated'>;
  const dues = (zone: string, cron: string, { from, ...rules }: Rules & { from: string }) => {
    const parsed = parseCron(cron, { timeZone: zone, ...rules });
    const found: string[] = [];
    for (let at = nextTick(parsed, Date.parse(from)); at !== undefined && found.length < 3;) {
      found.push(new Date(at).toISOString().replace(':00.000Z', 'Z'));
      at = nextTick(parsed, at);
    }
    return found;
  };

  it.each<[string, string, Rules & { from: string }, readonly string[]]>([
    [
      'Europe/Berlin',
      '30 2 * * *',
      { skipped: 'skip', from: '2026-03-28T12:00Z' },
      ['2026-03-30T00:30Z', '2026-03-31T00:30Z', '2026-04-01T00:30Z'],
    ],
    [
      'Europe/Berlin',
      '30 2 * * *',
      { skipped: 'run', repeated: 'twice', from: '2026-03-28T12:00Z' },
      ['2026-03-29T01:00Z', '2026-03-30T00:30Z', '2026-03-31T00:30Z'],
    ],
    [
      'Europe/Berlin',
      '30 2 * * *',
      { repeated: 'twice', from: '2026-10-24T12:00Z' },
      ['2026-10-25T00:30Z', '2026-10-25T01:30Z', '2026-10-26T01:30Z'],
    ],
    [
      'Europe/Berlin',
      '30 2 * * *',
      { repeated: 'skip', from: '2026-10-24T12:00Z' },
      ['2026-10-26T01:30Z', '2026-10-27T01:30Z', '2026-10-28T01:30Z'],
    ],
    [
      'Europe/Berlin',
      '30 * * * *',
      { repeated: 'once', from: '2026-10-25T00:00Z' },
      ['2026-10-25T00:30Z', '2026-10-25T02:30Z', '2026-10-25T03:30Z'],
    ],
    [
      'Europe/Berlin',
      '30 * * * *',
      { repeated: 'skip', from: '2026-10-24T23:00Z' },
      ['2026-10-24T23:30Z', '2026-10-25T02:30Z', '2026-10-25T03:30Z'],
    ],
    [
      'Europe/Berlin',
      '30 */2 * * *',
      { skipped: 'run', from: '2026-03-29T00:00Z' },
      ['2026-03-29T01:00Z', '2026-03-29T02:30Z', '2026-03-29T04:30Z'],
    ],
    // Half an hour: from 02:00 to 02:30 at 15:30Z, back from 02:00 to 01:30 at 15:00Z.
    [
      'Australia/Lord_Howe',
      '15 2 * * *',
      { skipped: 'skip', from: '2026-10-03T00:00Z' },
      ['2026-10-04T15:15Z', '2026-10-05T15:15Z', '2026-10-06T15:15Z'],
    ],
    [
      'Australia/Lord_Howe',
      '45 1 * * *',
      { repeated: 'twice', from: '2026-04-04T00:00Z' },
      ['2026-04-04T14:45Z', '2026-04-04T15:15Z', '2026-04-05T15:15Z'],
    ],
    [
      'Australia/Lord_Howe',
      '45 1 * * *',
      { repeated: 'skip', from: '2026-04-04T00:00Z' },
      ['2026-04-05T15:15Z', '2026-04-06T15:15Z', '2026-04-07T15:15Z'],
    ],
  ])('holds in %s for %s with %o', (...[zone, cron, settings, expected]) => {
    expect(dues(zone, cron, settings)).toEqual(expected);
  });
});

describe('shortestInterval', () => {
  it.each([
    ['0 0 * * *', 86_400_000],
    ['0 0,23 * * *', 3_600_000],
    ['*/5 * * * *', 300_000],
    ['* * * * * *', 1_000],
    ['0,50 * * * * *', 10_000],
  ])('of %s is %i ms', (cron, expected) => {
    expect(shortestInterval(parseCron(cron))).toBe(expected);
  });
});
