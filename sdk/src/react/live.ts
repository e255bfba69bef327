import type { LostStream } from '../follow.ts';

/** What a hook shows of something that changes. */
export interface Snapshot<Value> {
  /** Undefined until it has come for the first time. */
  readonly value: Value | undefined;
  /** What the last try met; what was known stays. */
  readonly error: Error | undefined;
  /** True while changes are told as they happen, false while a connection is made. */
  readonly isLive: boolean;
}

/** Something that is kept up to date while anybody looks at it. */
export interface Live<Value> {
  readonly subscribe: (onChange: () => void) => () => void;
  readonly snapshot: () => Snapshot<Value>;
  /** Reads it anew. */
  readonly refresh: () => Promise<void>;
  /** Resolves when there is a value or an error; begins to read if nobody has. */
  readonly ready: () => Promise<void>;
}

/** What a source does while it is looked at. */
export interface LiveTools<Value> {
  readonly signal: AbortSignal;
  readonly value: () => Value | undefined;
  readonly set: (value: Value) => void;
  /** Reads it anew; several wishes while one is under way become one. */
  readonly reload: () => Promise<void>;
  /** Has to be called where a stream begins, and with each item. */
  readonly alive: () => void;
  /** Has to be called when a connection is lost. */
  readonly lost: (stream: Pick<LostStream, 'waitMs'>) => void;
}

/** Where a value comes from. */
export interface Source<Value> {
  readonly load: (signal: AbortSignal) => Promise<Value>;
  /** Follows it until it is over or the signal is aborted. */
  readonly follow: (tools: LiveTools<Value>) => Promise<void>;
}

/** A view that comes back at once finds it as it was, milliseconds. */
const keptMs = 5_000;
/** A stream that has not failed for so long is there, milliseconds: it says nothing until something happens. */
const openedMs = 1_000;

/** Keeps a value while anybody looks at it; `onGone` is called when nobody has for some seconds. */
export function createLive<Value>(source: Source<Value>, onGone: () => void): Live<Value> {
  const { listeners, snapshot, read } = createReader(source);
  let running: AbortController | undefined;
  let first: Promise<void> | undefined;
  let leaving: ReturnType<typeof setTimeout> | undefined;

  const start = (): Promise<void> => {
    clearTimeout(leaving);
    if (running === undefined || first === undefined) {
      running = new AbortController();
      first = read(running.signal);
    }
    return first;
  };
  const leave = (): void => {
    clearTimeout(leaving);
    leaving = setTimeout(() => {
      running?.abort(new Error('nobody looks at it'));
      running = undefined;
      onGone();
    }, keptMs);
  };
  return {
    snapshot,
    refresh: () => (running === undefined ? start() : read(running.signal)),
    ready: () => {
      const begun = start();
      // A view that was given up while it waited never says that it is gone.
      if (listeners.size === 0) leave();
      return begun;
    },
    subscribe: (listener) => {
      listeners.add(listener);
      void start();
      return () => {
        listeners.delete(listener);
        if (listeners.size === 0) leave();
      };
    },
  };
}

interface Reader<Value> {
  readonly listeners: Set<() => void>;
  readonly snapshot: () => Snapshot<Value>;
  /** Reads the value, and follows it from then on unless that is under way. */
  readonly read: (signal: AbortSignal) => Promise<void>;
}

function createReader<Value>(source: Source<Value>): Reader<Value> {
  const listeners = new Set<() => void>();
  let current: Snapshot<Value> = { value: undefined, error: undefined, isLive: false };
  let following: AbortSignal | undefined;

  const change = (changed: Partial<Snapshot<Value>>): void => {
    current = { ...current, ...changed };
    for (const listener of listeners) listener();
  };
  const fail = (error: unknown, signal: AbortSignal): void => {
    if (!signal.aborted) change({ error: asError(error) });
  };
  const reload = oneAtATime(async (signal) => {
    try {
      change({ value: await source.load(signal), error: undefined });
    } catch (error) {
      fail(error, signal);
    }
  });
  const follow = async (signal: AbortSignal): Promise<void> => {
    if (following === signal || signal.aborted || current.value === undefined) return;
    following = signal;
    const alive = (): void => {
      clearTimeout(opening);
      if (!current.isLive && following === signal) change({ isLive: true });
    };
    let opening = setTimeout(alive, openedMs);
    const lost = (): void => {
      clearTimeout(opening);
      if (current.isLive && following === signal) change({ isLive: false });
    };
    try {
      await source.follow({
        ...{ signal, alive, value: () => current.value },
        set: (value) => change({ value, error: undefined }),
        reload: () => reload(signal),
        lost: ({ waitMs }) => {
          lost();
          if (!signal.aborted) opening = setTimeout(alive, waitMs + openedMs);
        },
      });
    } catch (error) {
      fail(error, signal);
    } finally {
      lost();
      if (following === signal) following = undefined;
    }
  };
  return {
    listeners,
    snapshot: () => current,
    // What could not be read is followed once it can, and a job that was redriven is followed again.
    read: async (signal) => {
      await reload(signal);
      void follow(signal);
    },
  };
}

/** Wishes while one is under way are met by one more. */
function oneAtATime(
  act: (signal: AbortSignal) => Promise<void>,
): (signal: AbortSignal) => Promise<void> {
  let underWay: Promise<void> | undefined;
  let next: Promise<void> | undefined;
  const begin = (signal: AbortSignal): Promise<void> => {
    underWay = act(signal).finally(() => {
      underWay = undefined;
    });
    return underWay;
  };
  return (signal) => {
    if (underWay === undefined) return begin(signal);
    next ??= underWay.then(() => {
      next = undefined;
      return begin(signal);
    });
    return next;
  };
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
