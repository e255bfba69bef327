import { createContext, useContext } from 'react';

import type { Client } from '../../../sdk/src/client.ts';
import type { WhoIsItQuery } from '../_generated/documents.ts';

export type Viewer = WhoIsItQuery['viewer'];
export type Permission = Viewer['permissions'][number];

/** Who is signed in, and what asks in their name. */
export interface Session {
  readonly client: Client;
  readonly viewer: Viewer;
  /** Signing out differs: a key is forgotten, a session is ended. */
  readonly kind: 'key' | 'session';
  readonly may: (permission: Permission) => boolean;
  readonly leave: (reason?: LeaveReason) => void;
}

export type LeaveReason = 'signedOut' | 'ended';

export const SessionContext = createContext<Session | undefined>(undefined);

export function useSession(): Session {
  const session = useContext(SessionContext);
  if (session === undefined) throw new Error('nobody is signed in here');
  return session;
}
