import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { watchSilence } from './silence.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A watch over a thread that may be silent for a second and has spoken once. */
function setUp({ hasSpoken = true } = {}) {
  const state = { used: 0, isBusy: true, asked: 0, mutes: 0 };
  const silence = watchSilence({
    thread: { cpuMs: () => Promise.resolve(state.used) },
    muteMs: 1_000,
    isBusy: () => state.isBusy,
    ask: () => (state.asked += 1),
    onMute: () => (state.mutes += 1),
  });
  if (hasSpoken) silence.heard();
  return { state, silence };
}

describe('watchSilence', () => {
  it('finds a thread mute that computes on and says nothing', async () => {
    const { state } = setUp();
    await vi.advanceTimersByTimeAsync(250);
    state.used = 900;
    await vi.advanceTimersByTimeAsync(250);
    expect(state).toMatchObject({ asked: 1, mutes: 0 });
    state.used = 1_000;
    await vi.advanceTimersByTimeAsync(250);
    expect(state.mutes).toBe(1);
  });

  it('takes no thread for mute that waits for a processor', async () => {
    const { state } = setUp();
    await vi.advanceTimersByTimeAsync(250);
    state.used = 100;
    await vi.advanceTimersByTimeAsync(15_000);
    expect(state).toMatchObject({ asked: 1, mutes: 0 });
  });

  it('counts anew from each word, and asks again', async () => {
    const { state, silence } = setUp();
    for (const used of [800, 1_600, 2_400]) {
      await vi.advanceTimersByTimeAsync(250);
      state.used = used;
      silence.heard();
    }
    expect(state).toMatchObject({ asked: 3, mutes: 0 });
  });

  it('hears a word that comes while the time is told', async () => {
    const { state, silence } = setUp();
    await vi.advanceTimersByTimeAsync(250);
    state.used = 5_000;
    vi.advanceTimersByTime(250);
    silence.heard();
    await vi.advanceTimersByTimeAsync(0);
    expect(state.mutes).toBe(0);
  });

  it('gives a thread longer to load its modules', async () => {
    const { state } = setUp({ hasSpoken: false });
    await vi.advanceTimersByTimeAsync(250);
    state.used = 5_000;
    await vi.advanceTimersByTimeAsync(1_000);
    expect(state.mutes).toBe(0);
    state.used = 30_000;
    await vi.advanceTimersByTimeAsync(250);
    expect(state.mutes).toBeGreaterThan(0);
  });

  it('expects nothing of a thread without work', async () => {
    const { state } = setUp();
    await vi.advanceTimersByTimeAsync(250);
    state.isBusy = false;
    state.used = 9_000;
    await vi.advanceTimersByTimeAsync(1_000);
    expect(state).toMatchObject({ asked: 1, mutes: 0 });
  });
});
