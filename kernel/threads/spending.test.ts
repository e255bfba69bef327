import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startSpending } from './spending.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A thread whose processor time the test tells. */
function fakeThread() {
  const thread: { used: number | undefined; cpuMs: () => Promise<number | undefined> } = {
    used: 700,
    cpuMs: () => Promise.resolve(thread.used),
  };
  return thread;
}

describe('startSpending', () => {
  it('counts what the thread computes, and not how long it waits for a processor', async () => {
    const thread = fakeThread();
    const spending = startSpending(thread, 1_000);
    vi.advanceTimersByTime(15_000);
    thread.used = 950;
    expect(await spending.leftMs()).toBe(750);
    thread.used = 1_700;
    expect(await spending.leftMs()).toBe(0);
  });

  it('ends by the clock in the end, whatever the thread has used', async () => {
    const spending = startSpending(fakeThread(), 1_000);
    vi.advanceTimersByTime(20_000);
    expect(await spending.leftMs()).toBe(0);
  });

  it('ends by the clock sooner when the thread does not tell what it has used', async () => {
    const thread = fakeThread();
    const spending = startSpending(thread, 1_000);
    thread.used = undefined;
    vi.advanceTimersByTime(2_000);
    expect(await spending.leftMs()).toBe(500);
    vi.advanceTimersByTime(2_000);
    expect(await spending.leftMs()).toBe(0);
  });
});
