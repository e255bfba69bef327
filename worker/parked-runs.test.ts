import { describe, expect, it } from 'vitest';
import type { ParkedRun } from '../engine/run.ts';
import { noHistory } from '../queue/load-history.ts';
import { createParkedRuns, type KeptRun } from './parked-runs.ts';

function kept(epoch: number, bytes = 100): KeptRun {
  const run: ParkedRun = { bytes, isOver: false, goOn: () => Promise.resolve(undefined) };
  return { epoch, run, entries: [], told: noHistory.told };
}

describe('parked runs', () => {
  it('give a run back to the claim that follows its park, once', () => {
    const runs = createParkedRuns();
    const run = kept(3);
    runs.keep('a', run);
    expect(runs.take({ jobId: 'b', epoch: 4 })).toBeUndefined();
    expect(runs.take({ jobId: 'a', epoch: 4 })).toBe(run);
    expect(runs.take({ jobId: 'a', epoch: 4 })).toBeUndefined();
  });

  it.each([3, 5, 6])(
    'never give a run that was parked in epoch 3 to a claim of epoch %i',
    (epoch) => {
      const runs = createParkedRuns();
      runs.keep('a', kept(3));
      expect(runs.take({ jobId: 'a', epoch })).toBeUndefined();
      expect(runs.size).toBe(0);
    },
  );

  it('forget those that were parked longest ago when they hold too much', () => {
    const runs = createParkedRuns({ maxBytes: 250 });
    for (const jobId of ['a', 'b', 'c']) runs.keep(jobId, kept(1));
    expect(['a', 'b', 'c'].map((jobId) => runs.take({ jobId, epoch: 2 }) !== undefined)).toEqual([
      false,
      true,
      true,
    ]);
    runs.keep('large', kept(1, 251));
    expect(runs.size).toBe(0);
  });

  it('forget all when memory gets short, and keep none until it is not', () => {
    let inUse = 0.1;
    const runs = createParkedRuns({ heapInUse: () => inUse });
    runs.keep('a', kept(1));
    inUse = 0.9;
    runs.keep('b', kept(1));
    expect(runs.size).toBe(0);
  });
});
