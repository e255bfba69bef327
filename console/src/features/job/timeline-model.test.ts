import { describe, expect, it } from 'vitest';

import { type Step, timelineOf } from './timeline-model.ts';

const at = (ms: number): string => new Date(1_000_000 + ms).toISOString();

const step = (task: string, start: number, end?: number): Step => ({
  ...{ key: task, task, name: task.split('/').at(-1) ?? '', state: 'COMPLETED' },
  ...{ startedAt: at(start), finishedAt: end === undefined ? null : at(end) },
  ...{ input: null, output: null, error: null },
});

describe('timelineOf', () => {
  const steps = [
    step('/do/0/both', 0, 80),
    step('/do/0/both/fork/branches/0/short', 0, 20),
    step('/do/0/both/fork/branches/1/long', 0, 80),
    step('/do/1/instant', 80, 80),
    step('/do/2/last', 80, 100),
  ];

  it('lays steps out as shares of the whole, those inside others further in', () => {
    const { bars, totalMs } = timelineOf(steps, [], 1_000_100);
    expect(totalMs).toBe(100);
    expect(bars.map(({ left, width, depth }) => [left, width, depth])).toEqual([
      ...[
        [0, 80, 0],
        [0, 20, 1],
        [0, 80, 1],
      ],
      ...[
        [80, 0, 0],
        [80, 20, 0],
      ],
    ]);
  });

  it('marks the steps that the end had to wait for', () => {
    const critical = timelineOf(steps, [], 1_000_100).bars.filter(({ isCritical }) => isCritical);
    expect(critical.map(({ step: { name } }) => name)).toEqual(['long', 'last']);
  });

  it('lets what is under way end now', () => {
    const { bars } = timelineOf([step('/do/0/a', 0, 50), step('/do/1/b', 50)], [], 1_000_200);
    expect(bars.map(({ width }) => width)).toEqual([25, 75]);
  });
});
