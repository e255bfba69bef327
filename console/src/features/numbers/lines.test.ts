import { describe, expect, it } from 'vitest';

import { boards, spanUpTo } from './boards.ts';
import { csvOf, linesOf } from './lines.ts';

const point = { count: 2, sum: 10, p50: 4, p95: 6, p99: 6 };
const at = (hour: number): string => `2026-11-30T0${String(hour)}:00:00.000Z`;

function boardOf(name: string) {
  const board = boards.find((each) => each.name === name);
  if (board === undefined) throw new Error(`there is no board ${name}`);
  return board;
}

const answer = {
  ...{ unit: 'COUNT' as const, isCut: false, copiedUpTo: null },
  series: [
    { key: 'SUCCEEDED', points: [{ at: at(1), ...point }] },
    { key: '', points: [{ at: at(3), ...point }] },
  ],
};

describe('lines of numbers', () => {
  it('are one for each of a group, with nothing where nothing ended', () => {
    expect(linesOf(answer, boardOf('outcomes'), 'none')).toEqual({
      times: [Date.parse(at(1)) / 1_000, Date.parse(at(3)) / 1_000],
      lines: [
        { label: 'SUCCEEDED', values: [2, 0] },
        { label: 'none', values: [0, 2] },
      ],
    });
  });

  it('are one for each percentile where nothing is grouped, with gaps', () => {
    const [series] = answer.series;
    const ungrouped = {
      ...answer,
      series: [{ ...series, key: null, points: series?.points ?? [] }],
    };
    expect(linesOf(ungrouped, boardOf('durations'), 'none').lines).toEqual([
      { label: 'p50', values: [4] },
      { label: 'p95', values: [6] },
      { label: 'p99', values: [6] },
    ]);
  });

  it('are CSV in which nothing is a formula', () => {
    const lines = [
      { label: '=HYPERLINK("x")', values: [1, -2] },
      { label: 'a,b', values: [null, 0.5] },
    ];
    expect(csvOf({ times: [0, 3_600], lines })).toBe(
      [
        `from,"'=HYPERLINK(""x"")","a,b"`,
        '1970-01-01T00:00:00.000Z,1,',
        '1970-01-01T01:00:00.000Z,-2,0.5',
        '',
      ].join('\r\n'),
    );
  });

  it('are asked for a span that stays the same within a step', () => {
    const now = Date.parse('2026-11-30T04:20:00Z');
    expect(spanUpTo(now, 'day')).toEqual({
      every: 'HOUR',
      from: '2026-11-29T05:00:00.000Z',
      to: '2026-11-30T05:00:00.000Z',
    });
    expect(spanUpTo(now + 1_000, 'day')).toEqual(spanUpTo(now, 'day'));
  });
});
