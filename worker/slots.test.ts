import { describe, expect, it } from 'vitest';
import { shareOf } from './slots.ts';

const count = 64;

/** Lets each tenant in turn take all that it may, until none may take more. */
function fill(held: Map<string, number>, tenants: readonly string[]): number {
  const free = (): number => count - [...held.values()].reduce((sum, own) => sum + own, 0);
  for (let isMoving = true; isMoving;) {
    isMoving = false;
    for (const tenant of tenants) {
      const { limit, rooms } = shareOf(free(), held);
      const more = Math.min(limit, rooms.get(tenant) ?? limit);
      if (more === 0) continue;
      held.set(tenant, (held.get(tenant) ?? 0) + more);
      isMoving = true;
    }
  }
  return free();
}

describe('what a worker may claim of each tenant', () => {
  it('lets a tenant alone hold half of all slots and no more', () => {
    const held = new Map<string, number>();
    expect(fill(held, ['a'])).toBe(count / 2);
    expect(shareOf(count / 2, held).rooms.get('a')).toBe(0);
  });

  it.each([1, 2, 3, 4, 5])(
    'leaves room for one more beside %i that never give a slot back',
    (n) => {
      const held = new Map<string, number>();
      const noisy = Array.from({ length: n }, (_, index) => `noisy${index}`);
      const free = fill(held, noisy);
      expect(free).toBeGreaterThan(0);
      expect(shareOf(free, held).limit).toBeGreaterThan(0);
    },
  );

  it('never lets one claim take more than half of what is free, save for the last slot', () => {
    for (let free = 2; free <= count; free += 1)
      expect(shareOf(free, new Map()).limit).toBe(Math.floor(free / 2));
    expect(shareOf(1, new Map()).limit).toBe(1);
    expect(shareOf(0, new Map()).limit).toBe(0);
  });

  it('gives the last slot to none that holds one', () => {
    expect(shareOf(1, new Map([['a', 1]]))).toEqual({ limit: 1, rooms: new Map([['a', 0]]) });
  });

  it('gives a tenant back what it may hold when others have gone', () => {
    expect(shareOf(40, new Map([['a', 24]])).rooms.get('a')).toBe(8);
  });
});
