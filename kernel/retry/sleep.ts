/** Waits `ms` milliseconds; rejects with the signal's reason as soon as it is aborted. */
export function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted === true) {
      reject(asError(signal.reason));
      return;
    }
    const onAbort = (): void => {
      clearTimeout(timer);
      reject(asError(signal?.reason));
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    }, ms);
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}

/** Waits `ms` milliseconds, for no longer than until something has `changed`; rejects as `sleep` does. */
export async function sleepUntil(
  changed: Promise<undefined>,
  ms: number,
  signal: AbortSignal,
): Promise<void> {
  const waking = new AbortController();
  const woken = changed.then(() => waking.abort());
  const slept = sleep(ms, AbortSignal.any([signal, waking.signal]));
  await Promise.race([slept, woken]).catch(() => signal.throwIfAborted());
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error('aborted', { cause: reason });
}
