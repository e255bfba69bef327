/** A conversation with a system that does not speak HTTP, such as a connection to a database. */
export interface Session {
  /** False once it has ended, from either side. */
  readonly isUsable: boolean;
  /** Makes it as new for the next call. */
  reset(): Promise<void>;
  /** Ends it at once, whatever it is doing. */
  close(): void;
}

/** Sessions that nobody uses now, by what they were opened with. */
export interface IdleSessions extends Disposable {
  /** Who takes a session knows its type by the key: whoever gave it has the same. */
  take(key: string): Session | undefined;
  give(key: string, session: Session): void;
}

interface Idle {
  readonly session: Session;
  readonly timer: NodeJS.Timeout;
}

/** Peers and firewalls forget connections that say nothing; a new one costs milliseconds. */
const idleMs = 30_000;
const maxIdleOfKey = 16;

export function createIdleSessions(): IdleSessions {
  const kept = new Map<string, Idle[]>();
  let isClosed = false;

  function drop(key: string, session: Session): void {
    const rest = (kept.get(key) ?? []).filter((idle) => idle.session !== session);
    if (rest.length === 0) kept.delete(key);
    else kept.set(key, rest);
    session.close();
  }

  return {
    take(key) {
      const idle = kept.get(key);
      for (let next = idle?.pop(); next !== undefined; next = idle?.pop()) {
        clearTimeout(next.timer);
        if (next.session.isUsable) return next.session;
        next.session.close();
      }
      kept.delete(key);
      return undefined;
    },
    give(key, session) {
      const idle = kept.get(key) ?? [];
      if (isClosed || !session.isUsable || idle.length >= maxIdleOfKey) {
        session.close();
        return;
      }
      const timer = setTimeout(() => {
        drop(key, session);
      }, idleMs);
      timer.unref();
      kept.set(key, [...idle, { session, timer }]);
    },
    [Symbol.dispose]() {
      isClosed = true;
      for (const { session, timer } of [...kept.values()].flat()) {
        clearTimeout(timer);
        session.close();
      }
      kept.clear();
    },
  };
}
