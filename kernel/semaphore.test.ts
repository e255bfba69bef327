import { expect, test } from 'vitest';

import { createSemaphore } from './semaphore.ts';

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
