import { expect, it } from 'vitest';
import { createRetentionLag } from './retention-lag.ts';

it('a chore that leaves something, or fails, is behind until it comes to an end', async () => {
  let now = 0;
  let next: () => Promise<boolean> = () => Promise.resolve(true);
  const retentionLag = createRetentionLag(() => now);
  const chore = retentionLag.watched({ name: 'forget-jobs', intervalMs: 1, turn: () => next() });
  const other = { name: 'forget-events', intervalMs: 1, turn: () => Promise.resolve(false) };
  const idle = retentionLag.watched(other);
  now = 60_000;
  expect(await chore.turn()).toBe(true);
  await idle.turn();
  expect(retentionLag.seconds).toBe(60);
  next = () => Promise.reject(new Error('away'));
  now = 90_000;
  await expect(chore.turn()).rejects.toThrow('away');
  expect(retentionLag.seconds).toBe(90);
  next = () => Promise.resolve(false);
  await chore.turn();
  expect(retentionLag.seconds).toBe(30);
});
