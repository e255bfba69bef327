import type { Logger } from 'pino';
import { z } from 'zod';

import { type Clock, systemClock } from '../../kernel/clock.ts';
import { AppError } from '../../kernel/errors.ts';
import { createMemoryStore, type MemoryStore } from './memory-store.ts';
import type { Peers } from '../workers/peers.ts';
import { openRedisStore, type RedisStore } from './redis-store.ts';
import type { Alternatives, CacheEntry, CacheStore, Found, KeptEntry, Moment } from './store.ts';

export interface StoreOptions {
  readonly maxBytes: number;
  readonly maxEntryBytes: number;
  readonly redis:
    | {
        readonly url: string;
        readonly prefix: string;
        readonly timeoutMs: number;
        readonly maxPending: number;
      }
    | undefined;
  readonly log: Logger;
  /** Where there is no Redis they forget what one of them is told to forget. */
  readonly peers?: Peers | undefined;
  /** @default systemClock */
  readonly clock?: Clock;
}

/** A store with what it holds, for metrics. */
export interface TwoLevelStore extends CacheStore {
  readonly memory: Pick<MemoryStore, 'bytes' | 'size'>;
}

const topic = 'cache.forget';
const tagsOf = z.array(z.string());

/** Puts that wait for Redis; more are dropped. */
const MAX_PUTS = 10_000;

/**
 * Memory before Redis. Where there is Redis, memory is used only while this gateway hears what the others forget: with
 * Redis away nothing is kept, as nobody could make it be forgotten.
 */
export function openStore(options: StoreOptions): TwoLevelStore {
  const { clock = systemClock, log, peers } = options;
  const memory = createMemoryStore(options);
  const listeners: (() => void)[] = [];
  const notify = (): void => {
    for (const listener of listeners) listener();
  };
  const forgetHere = (tags: readonly string[]): number => {
    const count = memory.forget(tags);
    notify();
    return count;
  };
  const redis =
    options.redis &&
    openRedisStore({
      ...options.redis,
      log,
      onForget: forgetHere,
      onGap: () => {
        memory.clear();
        notify();
      },
    });
  peers?.on(topic, (tags) => forgetHere(tagsOf.parse(tags)));
  const parts: Parts = { memory, redis, clock, puts: new Set() };
  return {
    memory,
    get: (wanted) =>
      redis === undefined ? getHere(parts, wanted) : getThere(parts, redis, wanted),
    put: (kept, moment) => {
      if (redis === undefined) for (const one of kept) memory.put(one, moment.local);
      else if (parts.puts.size + kept.length <= MAX_PUTS) {
        for (const one of kept) putThere(parts, redis, { kept: one, moment });
      }
    },
    forget: async (tags) => {
      const here = forgetHere(tags);
      if (redis === undefined) return here + (await forgetThere(tags, peers));
      try {
        return await redis.forget(tags);
      } catch (cause) {
        const told = 'Redis does not answer: other gateways may still keep it, ask again';
        throw new AppError('UNAVAILABLE', told, { cause });
      }
    },
    onForget: (listener) => void listeners.push(listener),
    settled: async () => {
      while (parts.puts.size > 0) await Promise.all(parts.puts);
    },
    [Symbol.asyncDispose]: async () => redis?.[Symbol.asyncDispose](),
  };
}

async function forgetThere(tags: readonly string[], peers: Peers | undefined): Promise<number> {
  if (peers === undefined) return 0;
  const { values, missing } = await peers.ask(topic, tags);
  if (missing > 0) {
    const told = 'A process of this gateway does not answer: it may still keep it, ask again';
    throw new AppError('UNAVAILABLE', told);
  }
  return values.reduce<number>((sum, count) => sum + Number(count), 0);
}

interface Parts {
  readonly memory: MemoryStore;
  readonly redis: RedisStore | undefined;
  readonly clock: Clock;
  readonly puts: Set<Promise<void>>;
}

function getHere({ memory, clock }: Parts, wanted: readonly Alternatives[]): Found {
  const now = clock.now().getTime();
  const moment = { local: memory.moment, shared: undefined };
  return { moment, entries: wanted.map((keys) => findHere(memory, keys, now)) };
}

function findHere(memory: MemoryStore, keys: Alternatives, nowMs: number): CacheEntry | undefined {
  for (const key of keys) {
    const entry = memory.get(key, nowMs);
    if (entry !== undefined) return entry;
  }
  return undefined;
}

async function getThere(
  parts: Parts,
  redis: RedisStore,
  wanted: readonly Alternatives[],
): Promise<Found> {
  const { memory, clock } = parts;
  if (!redis.isListening) return { ...getHere(parts, []), entries: wanted.map(() => undefined) };
  const { entries: own, moment } = getHere(parts, wanted);
  const missing = wanted.filter((_, index) => own[index] === undefined).flat();
  if (missing.length === 0) return { entries: own, moment };
  try {
    const shared = await redis.get(missing);
    const found = new Map<string, CacheEntry>();
    for (const [index, key] of missing.entries()) {
      const entry = shared.entries[index];
      if (entry === undefined || entry.expiresAtMs <= clock.now().getTime()) continue;
      found.set(key, entry);
      memory.put({ key, entry }, moment.local);
    }
    const entries = wanted.map(
      (keys, index) => own[index] ?? keys.map((key) => found.get(key)).find((entry) => entry),
    );
    return { entries, moment: { ...moment, shared: shared.moment } };
  } catch {
    return { entries: own, moment };
  }
}

function putThere(
  { memory, clock, puts }: Parts,
  redis: RedisStore,
  { kept, moment }: { readonly kept: KeptEntry; readonly moment: Moment },
): void {
  const ttlMs = Math.floor(kept.entry.expiresAtMs - clock.now().getTime());
  if (moment.shared === undefined || !redis.isListening || ttlMs <= 0) return;
  const putting = redis
    .put(kept, { moment: moment.shared, ttlMs })
    .then((isKept) => {
      if (isKept && redis.isListening) memory.put(kept, moment.local);
    })
    .catch(() => undefined)
    .finally(() => puts.delete(putting));
  puts.add(putting);
}
