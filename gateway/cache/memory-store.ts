import { LRUCache } from 'lru-cache';

import type { CacheEntry, KeptEntry } from './store.ts';

/** Entries in this process, bounded by bytes. */
export interface MemoryStore {
  get(key: string, nowMs: number): CacheEntry | undefined;
  put(kept: KeptEntry, sinceLocal: number): void;
  /** Counts what was forgotten; a later `put` of what was asked for before is refused. */
  forget(tags: readonly string[]): number;
  clear(): void;
  /** The number of the last thing forgotten. */
  readonly moment: number;
  readonly bytes: number;
  readonly size: number;
}

export interface MemoryStoreOptions {
  readonly maxBytes: number;
  readonly maxEntryBytes: number;
}

/** So many tags are remembered as forgotten; who asked before all of them is not kept. */
const MAX_REMEMBERED = 10_000;
/** What an entry costs besides its characters. */
const ENTRY_BYTES = 400;

export function createMemoryStore(options: MemoryStoreOptions): MemoryStore {
  const { maxBytes, maxEntryBytes } = options;
  const keysOf = new Map<string, Set<string>>();
  const past = createPast();
  const entries = new LRUCache<string, CacheEntry>({
    maxSize: maxBytes,
    maxEntrySize: Math.min(maxBytes, maxEntryBytes),
    sizeCalculation: (entry, key) => bytesOf(entry, key),
    dispose: (entry, key) => leaveIndex(key, entry),
  });

  function leaveIndex(key: string, { tags }: CacheEntry): void {
    for (const tag of tags) {
      const keys = keysOf.get(tag);
      if (keys?.delete(key) === true && keys.size === 0) keysOf.delete(tag);
    }
  }

  return {
    get moment() {
      return past.moment;
    },
    get bytes() {
      return entries.calculatedSize;
    },
    get size() {
      return entries.size;
    },
    get(key, nowMs) {
      const entry = entries.get(key);
      if (entry === undefined || entry.expiresAtMs > nowMs) return entry;
      entries.delete(key);
      return undefined;
    },
    put({ key, entry }, since) {
      if (past.hasForgotten(entry.tags, since) || bytesOf(entry, key) > maxEntryBytes) return;
      entries.set(key, entry);
      if (!entries.has(key)) return;
      for (const tag of entry.tags) {
        const keys = keysOf.get(tag);
        if (keys === undefined) keysOf.set(tag, new Set([key]));
        else keys.add(key);
      }
    },
    forget(tags) {
      let count = 0;
      past.forget(tags);
      for (const tag of tags) {
        for (const key of [...(keysOf.get(tag) ?? [])]) if (entries.delete(key)) count += 1;
      }
      return count;
    },
    clear() {
      past.forgetAll();
      entries.clear();
      keysOf.clear();
    },
  };
}

/** What was forgotten when. */
function createPast() {
  const forgotten = new Map<string, number>();
  let moment = 0;
  let oldest = 0;
  const remember = (tag: string): void => {
    forgotten.delete(tag);
    forgotten.set(tag, moment);
    if (forgotten.size <= MAX_REMEMBERED) return;
    for (const [first, at] of forgotten) {
      oldest = at;
      forgotten.delete(first);
      return;
    }
  };
  return {
    get moment() {
      return moment;
    },
    hasForgotten: (tags: readonly string[], since: number): boolean =>
      since < oldest || tags.some((tag) => (forgotten.get(tag) ?? 0) > since),
    forget(tags: readonly string[]): void {
      moment += 1;
      for (const tag of tags) remember(tag);
    },
    forgetAll(): void {
      moment += 1;
      oldest = moment;
    },
  };
}

function bytesOf({ text, tags }: CacheEntry, key: string): number {
  let bytes = ENTRY_BYTES + 2 * (text.length + key.length);
  for (const tag of tags) bytes += 2 * (tag.length + key.length);
  return bytes;
}
