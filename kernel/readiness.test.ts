import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createReadiness } from './readiness.ts';

describe('the readiness of a process', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  it('names what fails', async () => {
    const ask = createReadiness({
      database: () => Promise.reject(new Error('away')),
      cache: () => Promise.resolve(),
    });
    expect(await ask()).toEqual({ isReady: false, failing: ['database'] });
  });

  it('takes what does not answer for failing', async () => {
    const ask = createReadiness({ database: () => new Promise(() => undefined) });
    const asked = ask();
    await vi.runAllTimersAsync();
    expect(await asked).toEqual({ isReady: false, failing: ['database'] });
  });

  it('looks once for all who ask at about the same time, and again later', async () => {
    let looks = 0;
    const ask = createReadiness({ database: () => Promise.resolve((looks += 1)) });
    await Promise.all([ask(), ask(), ask()]);
    expect(looks).toBe(1);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(await ask()).toEqual({ isReady: true, failing: [] });
    expect(looks).toBe(2);
  });

  it('is over as soon as the process is to stop', async () => {
    const closing = new AbortController();
    const ask = createReadiness({}, closing.signal);
    expect((await ask()).isReady).toBe(true);
    closing.abort();
    expect(await ask()).toEqual({ isReady: false, failing: ['draining'] });
  });
});
