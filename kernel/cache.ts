import { LRUCache } from 'lru-cache';
import type { Clock } from './clock.ts';
import { systemClock } from './clock.ts';

/** How much a cache keeps, and for how long. */
export interface CacheOptions<Value = unknown> {
  /** Most entries; the least recently used goes first. */
  readonly max: number;
  /** Life of an entry in milliseconds. */
  readonly ttlMs: number;
  /** Bounds the sum of the sizes of what is kept; a value larger than all may be is not kept. */
  readonly size?: { readonly max: number; readonly of: (value: Value) => number };
  /** @default systemClock */
  readonly clock?: Clock;
}

/** A bounded map whose loads are shared: at most one load a key is under way. */
export interface Cache<Value> {
  get(key: string): Value | undefined;
  set(key: string, value: Value): void;
  /** Forgets the key; a load under way answers its callers but is not kept. */
  delete(key: string): void;
  /** Forgets all keys, as `delete` does one. */
  clear(): void;
  /** The cached value, or that of `load`, which is called once for all who wait. A failed load is not kept. */
  getOrLoad(key: string, load: (key: string) => Promise<Value>): Promise<Value>;
}

/** Makes an empty cache. */
export function createCache<Value>(options: CacheOptions<Value>): Cache<Value> {
  const clock = options.clock ?? systemClock;
  const { size } = options;
  const entries = new LRUCache<string, { readonly value: Value }>({
    max: options.max,
    ttl: options.ttlMs,
    ttlResolution: 0,
    ...(size === undefined ? {} : sized(size)),
    perf: { now: () => clock.now().getTime() },
  });
  const loads = new Map<string, Promise<Value>>();

  async function startLoad(key: string, load: (key: string) => Promise<Value>): Promise<Value> {
    const pending = load(key);
    loads.set(key, pending);
    try {
      const value = await pending;
      if (loads.get(key) === pending) entries.set(key, { value });
      return value;
    } finally {
      if (loads.get(key) === pending) loads.delete(key);
    }
  }

  return {
    get: (key) => entries.get(key)?.value,
    set(key, value) {
      loads.delete(key);
      entries.set(key, { value });
    },
    delete(key) {
      loads.delete(key);
      entries.delete(key);
    },
    clear() {
      loads.clear();
      entries.clear();
    },
    async getOrLoad(key, load) {
      const entry = entries.get(key);
      if (entry !== undefined) return entry.value;
      return loads.get(key) ?? startLoad(key, load);
    },
  };
}

/** An empty value too takes a place. */
function sized<Value>({ max, of }: Required<CacheOptions<Value>>['size']) {
  return {
    maxSize: max,
    sizeCalculation: ({ value }: { readonly value: Value }) => Math.max(1, of(value)),
  };
}
