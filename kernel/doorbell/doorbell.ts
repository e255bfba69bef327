/**
 * A lossy wake-up. It only says that it is worth looking into the database now: a ring may be lost, doubled or late, and
 * every listener also polls.
 */
export interface Doorbell extends AsyncDisposable {
  /** Wakes the listeners of the channel, in every process; never waits and never throws. */
  ring(channel: string, message?: string): void;
  /** Calls `onRing` at each ring until the returned function is called. */
  listen(channel: string, onRing: (message: string) => void): () => void;
  /** False while other processes cannot be reached; those of this process still hear each other. */
  readonly isHealthy: boolean;
}
