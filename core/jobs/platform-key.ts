import { z } from 'zod';

/** Begins the idempotency keys of the platform's own submits; no caller's key may hold it. */
const mark = '\u0001';

/** An idempotency key that a caller chose. */
export const callerKey = z
  .string()
  .min(1)
  .max(200)
  .regex(/^\P{Cc}*$/u, 'an idempotency key has no control characters');

/** The key of a job that the platform starts by itself or for a page; it never meets one that a caller chose. */
export function platformKey(kind: 'schedule' | 'child' | 'token', name: string): string {
  return `${mark}${kind}:${name}`;
}

/** The key as callers see it: those of the platform are none. */
export function shownKey(key: string | null): string | null {
  return key?.startsWith(mark) === true ? null : key;
}
