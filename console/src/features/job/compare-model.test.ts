import { describe, expect, it } from 'vitest';

import { isDifferent, pairsOf } from './compare-model.ts';
import type { Step } from './timeline-model.ts';

const step = (key: string, more: Partial<Step> = {}): Step => ({
  ...{ key, task: key, name: key, state: 'COMPLETED', input: null, output: { a: 1 }, error: null },
  ...{ startedAt: '2026-01-01T00:00:00.000Z', finishedAt: '2026-01-01T00:00:01.000Z' },
  ...more,
});

describe('pairsOf', () => {
  it('puts steps side by side, each that one lacks where it happened', () => {
    const pairs = pairsOf(
      [step('a'), step('b'), step('d')],
      [step('x'), step('a'), step('c'), step('d')],
    );
    expect(
      pairs.map(({ key, left, right }) => [key, left !== undefined, right !== undefined]),
    ).toEqual([
      ['x', false, true],
      ['a', true, true],
      ['c', false, true],
      ['b', true, false],
      ['d', true, true],
    ]);
    expect(pairs.filter(isDifferent).map(({ key }) => key)).toEqual(['x', 'c', 'b']);
  });

  it('tells states, outputs and times that differ', () => {
    const [pair] = pairsOf(
      [step('a')],
      [step('a', { state: 'FAULTED', output: null, finishedAt: '2026-01-01T00:00:03.000Z' })],
    );
    expect(pair).toMatchObject({ differs: { state: true, output: true }, longerMs: 2_000 });
    const [open] = pairsOf([step('a')], [step('a', { finishedAt: null })]);
    expect(open).toMatchObject({ differs: { state: false, output: false }, longerMs: undefined });
  });
});
