import { createContext, useContext } from 'react';

import type { LiveState } from './live.ts';

export const LiveStateContext = createContext<LiveState | undefined>(undefined);

export function useLiveState(): LiveState | undefined {
  return useContext(LiveStateContext);
}
