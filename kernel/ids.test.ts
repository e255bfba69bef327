import { describe, expect, it } from 'vitest';
import { createIdGenerator, isId, newId } from './ids.ts';

describe('an id', () => {
  it('is a UUID of version 7 and the RFC variant', () => {
    expect(newId()).toMatch(
      /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
  });

  it('carries the milliseconds since the epoch in its first 48 bits', () => {
    const nextId = createIdGenerator({
      now: () => 0x017f22e279b0,
      fill: (bytes) => bytes.fill(0xff),
    });
    expect(nextId()).toBe('017f22e2-79b0-77ff-bfff-ffffffffffff');
  });

  it('is greater than every id before, also past the counter of one millisecond', () => {
    const ids = Array.from({ length: 20_000 }, newId);
    expect(ids).toEqual([...ids].sort());
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('still ascends when the clock goes back', () => {
    let nowMs = 2_000_000;
    const nextId = createIdGenerator({ now: () => nowMs, fill: (bytes) => bytes.fill(7) });
    const before = nextId();
    nowMs = 1_000_000;
    expect(nextId() > before).toBe(true);
  });

  it('borrows the next millisecond when 4,096 are made in one', () => {
    const nextId = createIdGenerator({ now: () => 1_000, fill: (bytes) => bytes.fill(0) });
    const ids = Array.from({ length: 5_000 }, nextId);
    expect(ids).toEqual([...ids].sort());
    expect(ids.at(-1)?.slice(0, 13)).toBe('00000000-03e9');
  });

  it('is recognised in lower case only, and only in version 7', () => {
    expect(isId(newId())).toBe(true);
    expect(isId(newId().toUpperCase())).toBe(false);
    expect(isId('f47ac10b-58cc-4372-a567-0e02b2c3d479')).toBe(false);
    expect(isId(`${newId()} `)).toBe(false);
  });
});
