import { describe, expect, it } from 'vitest';
import { shareOf } from './slots.ts';

describe('what a worker may claim', () => {
  it('is half of what is free, save for the last slot', () => {
    for (let free = 2; free <= 64; free += 1)
      expect(shareOf(free, new Map()).limit).toBe(Math.floor(free / 2));
    expect(shareOf(1, new Map()).limit).toBe(1);
    expect(shareOf(0, new Map()).limit).toBe(0);
  });

  it('has room for a tenant by what it holds and what is free', () => {
    const held = new Map([
      ['full', 32],
      ['near', 18],
      ['small', 2],
    ]);
    const { limit, rooms } = shareOf(20, held);
    expect(limit).toBe(10);
    expect([...rooms]).toEqual([
      ['full', 0],
      ['near', 1],
      ['small', 9],
    ]);
  });
});
