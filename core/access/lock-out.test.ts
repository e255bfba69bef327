import { expect, test } from 'vitest';

import { manualClock } from '../../kernel/clock.ts';
import { createFailureCount, createLockOut } from './lock-out.ts';

function lockOut() {
  const clock = manualClock(new Date(1_000_000));
  return { clock, lock: createLockOut({ clock, free: 3, count: createFailureCount(clock) }) };
}

test('locks out after a number of failures, twice as long each time', async () => {
  const { clock, lock } = lockOut();
  const episodes = [await lock.fail('a'), await lock.fail('a')];
  expect(() => lock.check('a')).not.toThrow();
  episodes.push(await lock.fail('a'));
  expect(episodes).toEqual([false, false, true]);
  for (const lockMs of [1_000, 2_000, 4_000]) {
    clock.advance(lockMs - 1);
    expect(() => lock.check('a')).toThrow(expect.objectContaining({ retryAfterMs: 1 }));
    clock.advance(1);
    expect(() => lock.check('a')).not.toThrow();
    expect(await lock.fail('a')).toBe(false);
  }
});

test('locks nobody else out', async () => {
  const { lock } = lockOut();
  for (let failure = 0; failure < 30; failure += 1) await lock.fail('a');
  expect(() => lock.check('a')).toThrow('too many failed logins');
  expect(() => lock.check('b')).not.toThrow();
});

test('lets one of those it locks out pass every quarter of a second, and all who are not locked out', async () => {
  const { clock, lock } = lockOut();
  const pass = () => lock.pass('a');
  pass();
  pass();
  for (let failure = 0; failure < 30; failure += 1) await lock.fail('a');
  pass();
  expect(pass).toThrow(expect.objectContaining({ code: 'RATE_LIMITED', retryAfterMs: 250 }));
  clock.advance(249);
  expect(pass).toThrow(expect.objectContaining({ retryAfterMs: 1 }));
  clock.advance(1);
  pass();
  expect(pass).toThrow('too many failed logins');
});

test('forgets failures after ten minutes, and the longest lock is five', async () => {
  const { clock, lock } = lockOut();
  for (let failure = 0; failure < 60; failure += 1) await lock.fail('a');
  clock.advance(300_000);
  expect(() => lock.check('a')).not.toThrow();
  clock.advance(300_001);
  expect([await lock.fail('a'), await lock.fail('a'), await lock.fail('a')]).toEqual([
    false,
    false,
    true,
  ]);
});
