/** A part of an answer that is kept. */
export interface CacheEntry {
  /** JSON. */
  readonly text: string;
  /** When the subgraph made it, milliseconds of Unix time. */
  readonly madeAtMs: number;
  readonly expiresAtMs: number;
  readonly isPrivate: boolean;
  /** By which it can be made to be forgotten. */
  readonly tags: readonly string[];
}

/** A moment, for finding out whether something was to be forgotten since. */
export interface Moment {
  /** Of this process. */
  readonly local: number;
  /** Of all gateways together; undefined where that is not known. */
  readonly shared: number | undefined;
}

/** The keys under any of which something may be kept, the first before the others. */
export type Alternatives = readonly string[];

/** What was found for some alternatives, in their order. */
export interface Found {
  readonly entries: readonly (CacheEntry | undefined)[];
  readonly moment: Moment;
}

/** Something to keep. */
export interface KeptEntry {
  readonly key: string;
  readonly entry: CacheEntry;
}

/** Where entries are kept. It is never in the way: what cannot be read is not there, what cannot be kept is not kept. */
export interface CacheStore extends AsyncDisposable {
  get(wanted: readonly Alternatives[]): Promise<Found> | Found;
  /** Keeps what was asked for after the moment, unless one of its tags was forgotten since. */
  put(kept: readonly KeptEntry[], moment: Moment): void;
  /** Forgets all that has one of the tags, everywhere; gives how many entries. Throws UNAVAILABLE when it did not reach all. */
  forget(tags: readonly string[]): Promise<number>;
  /** Calls the listener after something was to be forgotten, by whichever gateway. */
  onForget(listener: () => void): void;
  /** Resolves once what was put before is kept, or not: for tests and for the end. */
  settled(): Promise<void>;
}
