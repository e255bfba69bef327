import { describe, expect, it } from 'vitest';
import { gather, labelOf, momentOf, oneOf, wholeNumber } from './job-options.ts';

describe('options of jobs', () => {
  const now = Date.parse('2026-11-29T12:00:00Z');

  it.each([
    ['90m', '2026-11-29T10:30:00.000Z'],
    ['24h', '2026-11-28T12:00:00.000Z'],
    ['7d', '2026-11-22T12:00:00.000Z'],
    ['2026-11-01', '2026-11-01T00:00:00.000Z'],
    ['2026-11-01T08:00+02:00', '2026-11-01T06:00:00.000Z'],
  ])('take %s for a time', (text, moment) => {
    expect(momentOf('--since', text, now)).toBe(moment);
  });

  it.each(['yesterday', '5', '2026-13-01', '7w'])('name the option where %s is no time', (text) => {
    expect(() => momentOf('--since', text)).toThrow(/^--since: .* is no time/);
  });

  it('know the word that was meant', () => {
    expect(oneOf('--state', 'DEAD', ['DEAD', 'FAILED'])).toBe('DEAD');
    expect(() => oneOf('--state', 'FAILD', ['DEAD', 'FAILED'])).toThrow(
      '--state: there is no FAILD; Did you mean "FAILED"? There are DEAD, FAILED.',
    );
    expect(() => oneOf('--state', 'BOGUS', ['DEAD'])).toThrow('There are DEAD.');
  });

  it('split a label at its first sign of equality', () => {
    expect(gather(labelOf)('b=c=d', [labelOf('a=')])).toEqual([
      { key: 'a', value: '' },
      { key: 'b', value: 'c=d' },
    ]);
    expect(() => labelOf('=a')).toThrow('key=value');
  });

  it('refuse numbers that are none', () => {
    expect(wholeNumber('12')).toBe(12);
    for (const text of ['0', '-1', '1.5', 'x']) expect(() => wholeNumber(text)).toThrow('whole');
  });
});
