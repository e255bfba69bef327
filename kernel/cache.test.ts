import { describe, expect, it } from 'vitest';
import { createCache } from './cache.ts';
import { manualClock } from './clock.ts';

const clockAtStart = () => manualClock(new Date('2026-01-01T00:00:00Z'));

describe('a cache', () => {
  it('loads once for all who wait, and once in its time to live', async () => {
    const clock = clockAtStart();
    const cache = createCache<number>({ max: 10, ttlMs: 1_000, clock });
    let loads = 0;
    const load = (): Promise<number> => Promise.resolve(++loads);
    expect(await Promise.all([cache.getOrLoad('a', load), cache.getOrLoad('a', load)])).toEqual([
      1, 1,
    ]);
    clock.advance(999);
    expect(await cache.getOrLoad('a', load)).toBe(1);
    clock.advance(2);
    expect(await cache.getOrLoad('a', load)).toBe(2);
  });

  it('does not keep a failed load', async () => {
    const cache = createCache<number>({ max: 10, ttlMs: 1_000 });
    await expect(cache.getOrLoad('a', () => Promise.reject(new Error('down')))).rejects.toThrow(
      'down',
    );
    expect(await cache.getOrLoad('a', () => Promise.resolve(1))).toBe(1);
  });

  it.each(['delete', 'clear'] as const)('does not keep a load that %s overtook', async (forget) => {
    const cache = createCache<number>({ max: 10, ttlMs: 1_000 });
    const { promise, resolve } = Promise.withResolvers<number>();
    const stale = cache.getOrLoad('a', () => promise);
    cache[forget]('a');
    resolve(1);
    expect(await stale).toBe(1);
    expect(cache.get('a')).toBeUndefined();
  });

  it('keeps what was set over a load under way', async () => {
    const cache = createCache<number>({ max: 10, ttlMs: 1_000 });
    const { promise, resolve } = Promise.withResolvers<number>();
    const stale = cache.getOrLoad('a', () => promise);
    cache.set('a', 2);
    resolve(1);
    await stale;
    expect(cache.get('a')).toBe(2);
  });

  it('caches undefined like any value', async () => {
    const cache = createCache<string | undefined>({ max: 10, ttlMs: 1_000 });
    let loads = 0;
    const load = (): Promise<undefined> => {
      loads += 1;
      return Promise.resolve(undefined);
    };
    await cache.getOrLoad('a', load);
    await cache.getOrLoad('a', load);
    expect(loads).toBe(1);
  });

  it('drops the least recently used entry when full', () => {
    const cache = createCache<number>({ max: 2, ttlMs: 1_000 });
    cache.set('a', 1);
    cache.set('b', 2);
    cache.get('a');
    cache.set('c', 3);
    expect([cache.get('a'), cache.get('b'), cache.get('c')]).toEqual([1, undefined, 3]);
  });
});
