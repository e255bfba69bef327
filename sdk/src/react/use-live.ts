import { use, useSyncExternalStore } from 'react';

import type { Client } from '../client.ts';
import { createLive, type Live, type Snapshot, type Source } from './live.ts';

/** What every hook answers besides its value. */
export interface LiveState {
  /** What the last try met; what was known before stays. Thrown with `suspense: true` while nothing is known. */
  readonly error: Error | undefined;
  /** True until there is a value or an error. */
  readonly isLoading: boolean;
  /** True while changes are told as they happen. */
  readonly isLive: boolean;
  /** Reads it anew. */
  readonly refresh: () => Promise<void>;
}

export interface LiveOptions {
  /** True to suspend until there is a value, for a `<Suspense>` and an error boundary above. @default false */
  readonly suspense?: boolean;
}

interface Wanted<Value> extends LiveOptions {
  readonly client: Client;
  /** What is looked at: all who name the same look at one. */
  readonly key: string;
  readonly source: () => Source<Value>;
}

/** Who looks at the same looks at one: by client, then by key. */
const lives = new WeakMap<Client, Map<string, Live<never>>>();

export function useLive<Value>(wanted: Wanted<Value>): Snapshot<Value> & LiveState {
  const live = liveOf(wanted);
  const snapshot = useSyncExternalStore(live.subscribe, live.snapshot, live.snapshot);
  const { value, error } = snapshot;
  const isLoading = value === undefined && error === undefined;
  // A hook that suspended once has to ask each time; what has come does not hold it up.
  if (wanted.suspense === true) use(live.ready());
  if (wanted.suspense === true && value === undefined && error !== undefined) throw error;
  return { ...snapshot, isLoading, refresh: live.refresh };
}

function liveOf<Value>({ client, key, source }: Wanted<Value>): Live<Value> {
  const ofClient = lives.get(client) ?? new Map<string, Live<never>>();
  lives.set(client, ofClient);
  // A key says what is looked at, and with it the type.
  const known = ofClient.get(key) as Live<Value> | undefined;
  if (known !== undefined) return known;
  const live = createLive(source(), () => ofClient.delete(key));
  ofClient.set(key, live as Live<never>);
  return live;
}
