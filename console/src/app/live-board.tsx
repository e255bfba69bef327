import { type ReactNode, useCallback, useMemo, useRef, useState } from 'react';

import { type LiveBoard, LiveContext, type LiveState } from './live.ts';
import { LiveStateContext } from './live-state.ts';

/** Collects where the streams of the view stand: as good as the worst of them. */
export function LiveBoardProvider({ children }: { readonly children: ReactNode }) {
  const states = useRef(new Map<object, LiveState>());
  const [shown, setShown] = useState<LiveState | undefined>();
  const tell = useCallback<LiveBoard['tell']>((id, state) => {
    if (state === undefined) states.current.delete(id);
    else states.current.set(id, state);
    setShown(worst([...states.current.values()]));
  }, []);
  const board = useMemo(() => ({ tell }), [tell]);
  return (
    <LiveContext value={board}>
      <LiveStateContext value={shown}>{children}</LiveStateContext>
    </LiveContext>
  );
}

function worst(states: readonly LiveState[]): LiveState | undefined {
  return (['lost', 'connecting', 'live'] as const).find((state) => states.includes(state));
}
