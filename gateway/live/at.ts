// The longest time a timer can wait.
const maxTimerMs = 2 ** 31 - 1;

/** Calls the action at that moment; returns the way to call it off. No moment, no call. */
export function at(moment: Date | undefined, action: () => void): () => void {
  if (moment === undefined) return () => undefined;
  const leftMs = Math.max(0, moment.getTime() - Date.now());
  let stop = (): void => clearTimeout(timer);
  const wake = (): void => {
    if (leftMs <= maxTimerMs) action();
    else stop = at(moment, action);
  };
  const timer = setTimeout(wake, Math.min(leftMs, maxTimerMs)).unref();
  return () => stop();
}
