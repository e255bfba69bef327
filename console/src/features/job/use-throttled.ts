import { useEffect, useRef } from 'react';

const restMs = 400;

/** Does it at once, and while it goes on being asked for, now and then, the last time included. */
export function useThrottled(act: () => void): () => void {
  const latest = useRef(act);
  useEffect(() => {
    latest.current = act;
  });
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const again = useRef(false);
  const run = (): void => {
    if (timer.current !== undefined) {
      again.current = true;
      return;
    }
    latest.current();
    timer.current = setTimeout(() => {
      timer.current = undefined;
      if (!again.current) return;
      again.current = false;
      run();
    }, restMs);
  };
  return run;
}
