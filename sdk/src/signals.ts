/** The reason of an aborted signal as an Error. */
export function reasonOf(signal: AbortSignal | undefined): Error {
  const reason: unknown = signal?.reason;
  return reason instanceof Error ? reason : new Error('aborted', { cause: reason });
}

/** The outcome of a promise, or the signal's reason as soon as it is aborted, whatever the promise does. */
export function untilAborted<Value>(
  promise: Promise<Value>,
  signal: AbortSignal | undefined,
): Promise<Value> {
  if (signal === undefined) return promise;
  return new Promise((resolve, reject) => {
    const leave = (): void => {
      reject(reasonOf(signal));
    };
    if (signal.aborted) leave();
    signal.addEventListener('abort', leave, { once: true });
    promise.then(resolve, reject).finally(() => {
      signal.removeEventListener('abort', leave);
    });
  });
}

/** A signal with an end of its own. */
export interface Limit {
  readonly signal: AbortSignal;
  /** Has to be called when what it limits is over. */
  release(): void;
}

/** A signal that is aborted with another one, or with `late()` after some milliseconds. */
export function limitOf(
  outer: AbortSignal | undefined,
  ms: number | undefined,
  late: () => Error,
): Limit {
  const controller = new AbortController();
  const leave = (): void => {
    controller.abort(reasonOf(outer));
  };
  const end = (): void => {
    controller.abort(late());
  };
  const timer = ms === undefined || ms === Infinity ? undefined : setTimeout(end, ms);
  if (outer?.aborted === true) leave();
  outer?.addEventListener('abort', leave, { once: true });
  return {
    signal: controller.signal,
    release: () => {
      clearTimeout(timer);
      outer?.removeEventListener('abort', leave);
    },
  };
}
