/** Settles with the work, or rejects with the signal's reason as soon as it is aborted; the work itself is not stopped. */
export function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const leave = (): void => {
      reject(abortReason(signal));
    };
    if (signal.aborted) leave();
    else signal.addEventListener('abort', leave);
    // Every call comes through here: `finally` would make three promises more.
    const settling =
      <A>(settle: (outcome: A) => void) =>
      (outcome: A): void => {
        signal.removeEventListener('abort', leave);
        settle(outcome);
      };
    work.then(settling(resolve), settling(reject));
  });
}

/** A signal with a clock that starts when told to. */
export interface TimedSignal extends Disposable {
  readonly signal: AbortSignal;
  /** From now on the time counts; further calls change nothing. */
  start(): void;
}

/**
 * Aborts with any of the given signals, or `ms` after its clock was started, as timers do; `Infinity` is never. It follows them
 * until it is disposed: `AbortSignal.any` takes ten times as long, and leaves work for the garbage collector.
 */
export function timedSignal(given: readonly AbortSignal[], ms: number): TimedSignal {
  const own = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const follow = (): void => {
    const first = given.find(({ aborted }) => aborted);
    if (first !== undefined) own.abort(first.reason);
  };
  for (const signal of given) signal.addEventListener('abort', follow);
  follow();
  return {
    signal: own.signal,
    start() {
      if (ms !== Infinity)
        timer ??= setTimeout(() => {
          own.abort(new DOMException('the time is over', 'TimeoutError'));
        }, ms);
    },
    [Symbol.dispose]() {
      clearTimeout(timer);
      for (const signal of given) signal.removeEventListener('abort', follow);
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
