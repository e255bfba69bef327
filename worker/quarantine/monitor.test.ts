import type { ChildProcess } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startMonitor } from './monitor.ts';

const poison = { muteMs: 10_000, memoryMb: 64 };

/** A lane that only says what a test says. */
class TestLane extends EventEmitter {
  readonly stderr = new PassThrough();
  isKilled = false;

  kill(): boolean {
    this.isKilled = true;
    return this.emit('close', null, 'SIGKILL');
  }
}

function watch() {
  const lane = new TestLane();
  // The monitor uses nothing else of a process.
  return { lane, cause: startMonitor(lane as unknown as ChildProcess, poison) };
}

describe('the monitor of a lane', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('lets it take its time to start, and ends it once it has said something and stands still', async () => {
    const { lane, cause } = watch();
    await vi.advanceTimersByTimeAsync(6 * poison.muteMs);
    expect(lane.isKilled).toBe(false);
    lane.emit('message', 'beat');
    await vi.advanceTimersByTimeAsync(poison.muteMs);
    expect(lane.isKilled).toBe(false);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(await cause).toBe('its thread stood still for 10000 ms');
  });

  it('ends one that never starts', async () => {
    const { lane, cause } = watch();
    await vi.advanceTimersByTimeAsync(12 * poison.muteMs + 1_000);
    expect(lane.isKilled).toBe(true);
    expect(await cause).toBe('its thread stood still for 120000 ms');
  });

  it('says nothing of one that ends in good order', async () => {
    const { lane, cause } = watch();
    lane.emit('message', 'beat');
    lane.emit('close', 0, null);
    expect(await cause).toBeUndefined();
  });
});
