import { expect, test } from 'vitest';

import { createKeyedSemaphore, createSemaphore } from './semaphore.ts';

test('lets no more in than it has places, in the order they came', async () => {
  const semaphore = createSemaphore(2);
  const begun: number[] = [];
  const ends = [0, 1, 2, 3].map(() => Promise.withResolvers<undefined>());
  const runs = ends.map(({ promise }, index) =>
    semaphore.run(() => {
      begun.push(index);
      return promise;
    }),
  );
  expect(begun).toEqual([0, 1]);
  ends[1]?.resolve(undefined);
  await runs[1];
  expect(begun).toEqual([0, 1, 2]);
  for (const { resolve } of ends) resolve(undefined);
  await Promise.all(runs);
  expect([begun, semaphore.isIdle]).toEqual([[0, 1, 2, 3], true]);
});

test('gives the place of failed work to the next', async () => {
  const semaphore = createSemaphore(1);
  const failed = semaphore.run(() => Promise.reject(new Error('no')));
  const next = semaphore.run(() => Promise.resolve('yes'));
  await expect(failed).rejects.toThrow('no');
  expect(await next).toBe('yes');
});

test('by key lets callers of one key wait for each other, whatever becomes of one, and those of others pass', async () => {
  const semaphore = createKeyedSemaphore(1);
  const order: string[] = [];
  const first = Promise.withResolvers<undefined>();
  const slow = semaphore.run('a', () => first.promise);
  const behind = semaphore.run('a', () => Promise.resolve(order.push('a')));
  await semaphore.run('b', () => Promise.resolve(order.push('b')));
  first.reject(new Error('broken'));
  await expect(slow).rejects.toThrow('broken');
  await behind;
  expect(order).toEqual(['b', 'a']);
});
