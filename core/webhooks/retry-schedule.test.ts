import { describe, expect, it } from 'vitest';

import { maxTries, waitBeforeRetry } from './retry-schedule.ts';

const hour = 3_600_000;
const waits = [5_000, 300_000, 1_800_000, 2, 5, 10, 14, 20, 24].map((wait) =>
  wait < 100 ? wait * hour : wait,
);

describe('the waits between tries', () => {
  it('are those of Standard Webhooks', () => {
    const inTheMiddle = { random: () => 0.5 };
    expect(waits.map((_, index) => waitBeforeRetry(index + 1, inTheMiddle))).toEqual(waits);
    expect(maxTries).toBe(10);
  });

  it('are spread by a tenth to both sides', () => {
    expect(waitBeforeRetry(1, { random: () => 0 })).toBe(4_500);
    expect(waitBeforeRetry(1, { random: () => 1 })).toBe(5_500);
  });

  it('are as long as the endpoint asks for, up to a day', () => {
    const random = (): number => 0;
    expect(waitBeforeRetry(1, { random, askedMs: hour })).toBe(hour);
    expect(waitBeforeRetry(4, { random, askedMs: 1_000 })).toBe(1.8 * hour);
    expect(waitBeforeRetry(1, { random, askedMs: 1_000 * hour })).toBe(24 * hour);
  });
});
