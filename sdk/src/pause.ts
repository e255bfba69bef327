import { reasonOf } from './signals.ts';

/** Waits, or rejects with the signal's reason as soon as it is aborted. A network that is back ends the wait at once. */
export function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const over = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', leave);
      page.removeEventListener?.('online', arrive);
    };
    const leave = (): void => {
      over();
      reject(reasonOf(signal));
    };
    const arrive = (): void => {
      over();
      resolve();
    };
    const timer = setTimeout(arrive, ms);
    if (signal?.aborted === true) leave();
    else signal?.addEventListener('abort', leave, { once: true });
    page.addEventListener?.('online', arrive);
  });
}

/** Milliseconds before the given retry (from 1): doubling up to ten seconds, of which the second half is left to chance. */
export function backoffMs(retry: number): number {
  return Math.min(10_000, 200 * 2 ** retry) * (0.5 + Math.random() / 2);
}

/** A page hears that the network is back; elsewhere nobody tells. The types are those of Node, where there is no such thing. */
const page = globalThis as unknown as Partial<
  Pick<EventTarget, 'addEventListener' | 'removeEventListener'>
>;
