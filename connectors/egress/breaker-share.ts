/** What one process tells the others of a connection that they all use. */
export type BreakerNews =
  | {
      /** A call has failed, or one has gone well after some that had; the system was asked again and is back. */
      readonly kind: 'failed' | 'recovered' | 'closed';
    }
  | {
      /** It fails, and calls are paused. */
      readonly kind: 'opened';
      /** How long the whole pause is, milliseconds; the next one is longer. */
      readonly pauseMs: number;
      /** How much of it is left. */
      readonly leftMs: number;
      /** What the system answered last, where it did. */
      readonly status?: number | undefined;
    };

export type Known = BreakerNews | null | undefined;

/** The part of one process in the breaker of a connection. */
export interface BreakerShare extends Disposable {
  /** Tells the others; never waits and never throws, and may be lost. */
  tell(news: BreakerNews): void;
  /** True for the one that may find out whether the system is back, for so long; for all where nobody can be asked. */
  mayProbe(ms: number): Promise<boolean>;
  /** Another may find out, as this one has not. */
  giveUp(): void;
}

/** Where processes tell each other of breakers. */
export interface BreakerShares {
  /** Takes part in the breaker of the connection with this key; `onNews` is called with what others tell. */
  readonly join: (key: string, onNews: (news: BreakerNews) => void) => BreakerShare;
  /** What is known to all of each key: whether it is open, and for how long; null for one that is not, undefined where nobody can be asked. */
  readonly look: (keys: readonly string[]) => Promise<readonly Known[]>;
}

/** For a process that knows of no others. */
export const unshared: BreakerShares['join'] = () => ({
  tell: () => undefined,
  mayProbe: () => Promise.resolve(true),
  giveUp: () => undefined,
  [Symbol.dispose]: () => undefined,
});
