import { describe, expect, it, vi } from 'vitest';
import { constantBackoff, exponentialBackoff } from './backoff.ts';
import { retry } from './retry.ts';
import { sleep } from './sleep.ts';

describe('a backoff', () => {
  it('grows by its factor up to its longest wait', () => {
    const backoff = exponentialBackoff({ firstMs: 100, maxMs: 1_000, jitter: 0 });
    const waits = [1, 2, 3, 4, 5, 6].map((attempt) => backoff.delayMs(attempt, () => 0.5));
    expect(waits).toEqual([100, 200, 400, 800, 1_000, 1_000]);
  });

  it('makes the share of its jitter random', () => {
    const backoff = exponentialBackoff({ firstMs: 100, maxMs: 1_000, jitter: 0.25 });
    expect(backoff.delayMs(1, () => 0)).toBe(75);
    expect(backoff.delayMs(1, () => 0.999)).toBeCloseTo(99.975);
  });

  it('may be constant', () => {
    expect(constantBackoff(7).delayMs(99, () => 0)).toBe(7);
  });
});

describe('a retry', () => {
  const options = { backoff: constantBackoff(0), attempts: 3, isRetryable: () => true };

  it('ends with the first success', async () => {
    const seen: number[] = [];
    const result = await retry((attempt) => {
      seen.push(attempt);
      return attempt < 2 ? Promise.reject(new Error('down')) : Promise.resolve('up');
    }, options);
    expect({ result, seen }).toEqual({ result: 'up', seen: [1, 2] });
  });

  it('throws the last error when the attempts are spent', async () => {
    const work = (attempt: number) => Promise.reject(new Error(`attempt ${attempt}`));
    await expect(retry(work, options)).rejects.toThrow('attempt 3');
  });

  it('does not repeat what cannot be mended', async () => {
    const work = (attempt: number) => Promise.reject(new Error(`attempt ${attempt}`));
    await expect(retry(work, { ...options, isRetryable: () => false })).rejects.toThrow(
      'attempt 1',
    );
  });

  it('stops waiting when it is told to', async () => {
    const controller = new AbortController();
    const work = (): Promise<never> => {
      controller.abort(new Error('told to stop'));
      return Promise.reject(new Error('down'));
    };
    const patient = { ...options, backoff: constantBackoff(60_000), signal: controller.signal };
    await expect(retry(work, patient)).rejects.toThrow('told to stop');
  });
});

describe('a sleep', () => {
  it('ends early with the reason of its signal', async () => {
    const controller = new AbortController();
    const sleeping = sleep(60_000, controller.signal);
    controller.abort(new Error('woken'));
    await expect(sleeping).rejects.toThrow('woken');
  });

  it('leaves no timer behind when it ends early', async () => {
    vi.useFakeTimers();
    try {
      const controller = new AbortController();
      const sleeping = sleep(60_000, controller.signal);
      controller.abort();
      await expect(sleeping).rejects.toThrow();
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });

  it('does not begin on an aborted signal, whatever the reason is', async () => {
    await expect(sleep(60_000, AbortSignal.abort('just so'))).rejects.toMatchObject({
      cause: 'just so',
    });
  });

  it('ends by itself without a signal', async () => {
    await expect(sleep(1)).resolves.toBeUndefined();
  });
});
