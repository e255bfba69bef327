import { describe, expect, it } from 'vitest';
import { createFairQueue } from './fair-queue.ts';

const anyone = (): boolean => true;

describe('createFairQueue', () => {
  it('lets members take turns, each in its own order', () => {
    const queue = createFairQueue<string>({ ofMember: 9, ofAll: 99 });
    for (const item of ['a1', 'a2', 'a3', 'b1', 'c1', 'b2']) queue.push(item.charAt(0), item);
    const taken = Array.from({ length: 7 }, () => queue.take(anyone));
    expect(taken).toEqual(['a1', 'b1', 'c1', 'a2', 'b2', 'a3', undefined]);
  });

  it('passes over members that may have nothing now', () => {
    const queue = createFairQueue<string>({ ofMember: 9, ofAll: 99 });
    for (const item of ['a1', 'a2', 'b1']) queue.push(item.charAt(0), item);
    expect(queue.take((member) => member !== 'a')).toBe('b1');
    expect(queue.take((member) => member !== 'a')).toBeUndefined();
    expect(queue.size).toBe(2);
  });

  it('takes no more than the shares of a member and of all', () => {
    const queue = createFairQueue<string>({ ofMember: 2, ofAll: 3 });
    const pushed = ['a1', 'a2', 'a3', 'b1', 'c1'].map((item) => queue.push(item.charAt(0), item));
    expect(pushed).toEqual([true, true, false, true, false]);
  });

  it('makes room for what is taken out of its turn', () => {
    const queue = createFairQueue<string>({ ofMember: 1, ofAll: 1 });
    queue.push('a', 'a1');
    queue.remove('a', 'a1');
    expect(queue.push('b', 'b1')).toBe(true);
    expect(queue.drain()).toEqual(['b1']);
    expect(queue.size).toBe(0);
  });
});
