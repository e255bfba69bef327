import { LRUCache } from 'lru-cache';

import { type KeptRecord, sizeOf } from './entry.ts';

export interface MemoryLimits {
  /** Of all that is kept. */
  readonly maxBytes: number;
  /** Of one answer. */
  readonly maxEntryBytes: number;
}

/** Answers in this process, bounded by bytes: an owner with much loses its own before those with little lose theirs. */
export interface MemoryAnswers {
  get(owner: string, key: string): KeptRecord | undefined;
  /** Keeps it, unless the address was invalidated after `since`. */
  set(kept: Kept, since: number): boolean;
  drop(owner: string, key: string): void;
  /** What was fetched until now is not kept any more. */
  invalidate(owner: string, keys: readonly string[]): void;
  /** Grows with each invalidation; equal for equal states of the address. */
  barrierOf(key: string): number;
  /** The number of the last invalidation. */
  readonly moment: number;
  readonly bytes: number;
  readonly size: number;
}

interface Kept {
  readonly owner: string;
  readonly key: string;
  /** The key of the address, by which it is invalidated. */
  readonly address: string;
  readonly record: KeptRecord;
}

/** No owner gets more, so that a few of them do not fill it all. */
const maxShare = 0.25;
/** Addresses of which it is known when they were invalidated; who asked before all of those is not kept. */
const maxRemembered = 10_000;

type Part = LRUCache<string, KeptRecord>;

export function createMemoryAnswers({ maxBytes, maxEntryBytes }: MemoryLimits): MemoryAnswers {
  const parts = new Map<string, Part>();
  const barriers = createBarriers();
  let bytes = 0;

  function partOf(owner: string): Part {
    const known = parts.get(owner);
    if (known !== undefined) return known;
    const part: Part = new LRUCache<string, KeptRecord>({
      maxSize: Math.max(1, Math.floor(maxBytes * maxShare)),
      maxEntrySize: maxEntryBytes,
      sizeCalculation: (record, key) => sizeOf(key, record),
    });
    parts.set(owner, part);
    return part;
  }

  function change(part: Part, work: () => unknown): void {
    const before = part.calculatedSize;
    work();
    bytes += part.calculatedSize - before;
  }

  function makeRoom(): void {
    while (bytes > maxBytes) {
      const [owner, part] = largest(parts);
      if (part === undefined) return;
      change(part, () => part.pop());
      if (part.size === 0) parts.delete(owner);
    }
  }

  return {
    get: (owner, key) => parts.get(owner)?.get(key),
    set({ owner, key, address, record }, since) {
      if (barriers.hasPassed(address, since)) return false;
      const part = partOf(owner);
      change(part, () => part.set(key, record));
      makeRoom();
      return true;
    },
    drop(owner, key) {
      const part = parts.get(owner);
      if (part !== undefined) change(part, () => part.delete(key));
    },
    invalidate(owner, keys) {
      barriers.raise(keys);
      const part = parts.get(owner);
      if (part === undefined) return;
      for (const key of keys) change(part, () => part.delete(key));
    },
    barrierOf: (key) => barriers.of(key),
    get moment() {
      return barriers.moment;
    },
    get bytes() {
      return bytes;
    },
    get size() {
      return parts.values().reduce((sum, part) => sum + part.size, 0);
    },
  };
}

/** When addresses were invalidated, counted from 1. */
function createBarriers() {
  let moment = 0;
  let floor = 0;
  const raised = new LRUCache<string, number>({
    max: maxRemembered,
    dispose: (at, _key, reason) => {
      if (reason === 'evict') floor = Math.max(floor, at);
    },
  });
  return {
    get moment() {
      return moment;
    },
    of: (key: string): number => raised.get(key) ?? 0,
    /** True where the address was invalidated after that moment, or may have been. */
    hasPassed: (key: string, since: number): boolean =>
      since < floor || (raised.get(key) ?? 0) > since,
    raise(keys: readonly string[]): void {
      moment += 1;
      for (const key of keys) raised.set(key, moment);
    },
  };
}

function largest(parts: ReadonlyMap<string, Part>): readonly [string, Part | undefined] {
  let found: readonly [string, Part | undefined] = ['', undefined];
  for (const [owner, part] of parts)
    if (part.calculatedSize > (found[1]?.calculatedSize ?? 0)) found = [owner, part];
  return found;
}
