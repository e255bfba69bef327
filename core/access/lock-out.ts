import { LRUCache } from 'lru-cache';

import type { Clock } from '../../kernel/clock.ts';
import { AppError } from '../../kernel/errors.ts';

/** Counts a failed login of a subject and answers how many there were of late, this one included. */
export type CountFailure = (subject: string) => Promise<number>;

/** Keeps those away for a while who fail again and again. */
export interface LockOut {
  /** Throws RATE_LIMITED while the subject is locked out. */
  check(subject: string): void;
  /** The same, but for one every quarter of a second: who shares the subject may be somebody else. */
  pass(subject: string): void;
  /** Notes a failure; true when it is the one that begins an episode. */
  fail(subject: string): Promise<boolean>;
}

interface LockOutOptions {
  readonly clock: Clock;
  readonly count: CountFailure;
  /** Failures that are nobody's business. */
  readonly free: number;
}

const firstLockMs = 1_000;
const maxLockMs = 300_000;
const maxLocked = 10_000;
const passEveryMs = 250;

/** Each failure beyond the free ones doubles the time; what is refused meanwhile costs no look anywhere. */
export function createLockOut({ clock, count, free }: LockOutOptions): LockOut {
  const lockedUntil = new LRUCache<string, number>({ max: maxLocked });
  const passedAt = new LRUCache<string, number>({ max: maxLocked });
  const refuseWhile = (retryAfterMs: number): void => {
    if (retryAfterMs <= 0) return;
    throw new AppError('RATE_LIMITED', 'too many failed logins; wait', { retryAfterMs });
  };
  const timeLeft = (subject: string, now: number) => (lockedUntil.get(subject) ?? 0) - now;
  return {
    check: (subject) => refuseWhile(timeLeft(subject, clock.now().getTime())),
    pass(subject) {
      const now = clock.now().getTime();
      if (timeLeft(subject, now) <= 0) return;
      refuseWhile((passedAt.get(subject) ?? 0) + passEveryMs - now);
      passedAt.set(subject, now);
    },
    async fail(subject) {
      const beyond = (await count(subject)) - free;
      if (beyond < 0) return false;
      const lockMs = Math.min(maxLockMs, firstLockMs * 2 ** Math.min(beyond, maxDoublings));
      lockedUntil.set(subject, clock.now().getTime() + lockMs);
      return beyond === 0;
    },
  };
}

const maxDoublings = 20;
const countedMs = 600_000;
const maxCounted = 50_000;

/** Counts in this process, those of the last ten minutes. */
export function createFailureCount(clock: Clock): CountFailure {
  const counts = new LRUCache<string, number>({
    max: maxCounted,
    ttl: countedMs,
    ttlResolution: 0,
    perf: { now: () => clock.now().getTime() },
  });
  return (subject) => {
    const failures = (counts.get(subject) ?? 0) + 1;
    counts.set(subject, failures, { noUpdateTTL: true });
    return Promise.resolve(failures);
  };
}
