import { pino } from 'pino';
import { expect, test } from 'vitest';

import type { LoadedGraph } from './create-graph.ts';
import { holdGraph } from './current-graph.ts';

/** A holder of graphs that are known by their SDL; each is loaded when the test says so. */
async function openHolder() {
  const loading: { readonly sdl: string; readonly settle: (isGood: boolean) => void }[] = [];
  const graphOf = (sdl: string) =>
    ({
      id: sdl,
      hottest: () => [],
      warm: () => Promise.resolve(),
      [Symbol.dispose]: () => undefined,
    }) as unknown as LoadedGraph;
  const holder = await holdGraph('first', {
    load: (sdl) =>
      sdl === 'first'
        ? Promise.resolve(graphOf(sdl))
        : new Promise((resolve, reject) => {
            const settle = (isGood: boolean): void =>
              isGood ? resolve(graphOf(sdl)) : reject(new Error('not a supergraph'));
            loading.push({ sdl, settle });
          }),
    warmUp: [],
    maxWarmed: 0,
    log: pino({ level: 'silent' }),
  });
  const inForce = (): string => {
    using lease = holder.acquire();
    return lease.graph.id;
  };
  return { holder, loading, inForce, loaded: () => loading.map(({ sdl }) => sdl) };
}

test('of those that come while one is loaded only the last is loaded', async () => {
  const { holder, loading, inForce, loaded } = await openHolder();
  const one = holder.replace('second');
  await expect.poll(loaded).toEqual(['second']);
  const others = ['third', 'fourth', 'fifth'].map((sdl) => holder.replace(sdl));
  loading[0]?.settle(true);
  await one;
  await expect.poll(loaded).toEqual(['second', 'fifth']);
  expect(inForce()).toBe('second');
  loading[1]?.settle(true);
  await Promise.all(others);
  expect([inForce(), loaded()]).toEqual(['fifth', ['second', 'fifth']]);
});

test('one that cannot be used is tried once for all who asked, and the old one stays', async () => {
  const { holder, loading, inForce, loaded } = await openHolder();
  const asked = [holder.replace('broken'), holder.replace('broken')];
  await expect.poll(loaded).toEqual(['broken']);
  loading[0]?.settle(false);
  await Promise.all(asked);
  expect([inForce(), loaded()]).toEqual(['first', ['broken']]);
});
