const secondMs = 1_000;
const minuteMs = 60 * secondMs;
const hourMs = 60 * minuteMs;

/** The waits of Standard Webhooks between one try and the next, milliseconds. */
const retryWaitsMs = [
  5 * secondMs,
  5 * minuteMs,
  30 * minuteMs,
  2 * hourMs,
  5 * hourMs,
  10 * hourMs,
  14 * hourMs,
  20 * hourMs,
  24 * hourMs,
] as const;

/** Tries of a delivery, the first one included. */
export const maxTries = retryWaitsMs.length + 1;

/** The longest wait that an endpoint may ask for by `Retry-After`, milliseconds. */
const maxAskedMs = 24 * hourMs;
/** Share by which a wait is longer or shorter than it says, so that what failed together does not come back together. */
const jitter = 0.1;

/**
 * Milliseconds to wait after so many tries; no sooner than the endpoint asks for.
 * @param random uniform in [0, 1)
 */
export function waitBeforeRetry(
  tries: number,
  { askedMs = 0, random }: { readonly askedMs?: number | undefined; readonly random: () => number },
): number {
  const wait = retryWaitsMs[Math.min(tries, retryWaitsMs.length) - 1] ?? 0;
  const spread = wait * (1 - jitter + 2 * jitter * random());
  return Math.round(Math.max(spread, Math.min(askedMs, maxAskedMs)));
}
