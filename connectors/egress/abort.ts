/** Settles with the work, or rejects with the signal's reason as soon as it is aborted; the work itself is not stopped. */
export function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const leave = (): void => {
      reject(abortReason(signal));
    };
    if (signal.aborted) leave();
    else signal.addEventListener('abort', leave, { once: true });
    work.then(resolve, reject).finally(() => {
      signal.removeEventListener('abort', leave);
    });
  });
}

/** A signal with a clock that starts when told to. */
export interface TimedSignal extends Disposable {
  readonly signal: AbortSignal;
  /** From now on the time counts; further calls change nothing. */
  start(): void;
}

/** Aborts with the given signal, or `ms` after its clock was started, as timers do; `Infinity` is never. */
export function timedSignal(given: AbortSignal, ms: number): TimedSignal {
  const late = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  return {
    signal: AbortSignal.any([given, late.signal]),
    start() {
      if (ms !== Infinity)
        timer ??= setTimeout(() => {
          late.abort(new DOMException('the time is over', 'TimeoutError'));
        }, ms);
    },
    [Symbol.dispose]() {
      clearTimeout(timer);
    },
  };
}

/** The reason of an aborted signal as an Error. */
export function abortReason(signal: AbortSignal): Error {
  const reason: unknown = signal.reason;
  return reason instanceof Error ? reason : new Error('aborted', { cause: reason });
}

/** True when the signal was aborted by a timer rather than by a person or a shutdown. */
export function isTimedOut(signal: AbortSignal): boolean {
  return signal.aborted && abortReason(signal).name === 'TimeoutError';
}
