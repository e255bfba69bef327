import { describe, expect, it } from 'vitest';
import { roomOf } from './fair-share.ts';

const places = 64;

/** Lets each owner in turn take one place, as long as anyone may. */
function fill(owners: number): { readonly held: readonly number[]; readonly free: number } {
  const held = Array.from({ length: owners }, () => 0);
  let free = places;
  for (let isMoving = true; isMoving;) {
    isMoving = false;
    for (const [owner, own] of held.entries()) {
      if (roomOf(free, own) === 0) continue;
      held[owner] = own + 1;
      free -= 1;
      isMoving = true;
    }
  }
  return { held, free };
}

describe('the room of an owner', () => {
  it('ends at half of all for one alone', () => {
    expect(fill(1).held).toEqual([places / 2]);
  });

  it.each([1, 2, 5, 20])(
    'leaves a place to one more beside %i that give nothing back',
    (owners) => {
      const { held, free } = fill(owners);
      expect(roomOf(free, 0)).toBeGreaterThan(0);
      expect(Math.max(...held)).toBeLessThanOrEqual(free + 1);
    },
  );

  it('gives the last place to one who has none and to nobody else', () => {
    expect(roomOf(1, 0)).toBe(1);
    expect(roomOf(1, 1)).toBe(0);
    expect(roomOf(0, 0)).toBe(0);
  });
});
