import { LRUCache } from 'lru-cache';

import { createCache } from '../../kernel/cache.ts';
import { AppError } from '../../kernel/errors.ts';
import { createSemaphore } from '../../kernel/semaphore.ts';
import type { Services } from '../context.ts';
import { findKey, touchKey } from './find-key.ts';
import type { KeyRow } from './find-key.ts';
import { revokedChannel } from './revoked.ts';

/** A row may be this old when the next look begins, so a lost ring costs at most twice as much. */
export const cacheMs = 2_000;
const maxCached = 10_000;
/** Looks for keys that this process has not seen live, at once and waiting. */
const maxLooks = 2;
const maxWaiting = 200;
const sweepMs = 60_000;

/** The rows of keys as they are in the database now, or were two seconds ago. */
export interface KeyRows extends Disposable {
  /** The row of a public id that is known already, or known not to be. */
  peek(publicId: string): KeyRow | 'unknown' | undefined;
  /** Looks it up; UNAVAILABLE when too many strangers are looked for. */
  find(publicId: string): Promise<KeyRow | undefined>;
  /** The key was presented with its secret: strangers do not come before it any more, and its use is noted. */
  noteUse(row: KeyRow): void;
  /** It was of late. */
  isFamiliar(publicId: string): boolean;
}

type RowServices = Pick<Services, 'database' | 'doorbell' | 'clock' | 'log'>;

/** Keys that are not there are kept apart, so that inventing them drives out no live one. */
export function createKeyRows(services: RowServices): KeyRows {
  const { database, clock } = services;
  const live = createCache<KeyRow>({ max: maxCached, ttlMs: cacheMs, clock });
  const unknown = createCache<true>({ max: maxCached, ttlMs: cacheMs, clock });
  const familiar = new LRUCache<string, true>({ max: maxCached });
  const noted = new WeakSet<KeyRow>();
  const strangers = createSemaphore(maxLooks);
  const watches = createWatches(services, (publicId) => live.delete(publicId));
  let looking = 0;

  async function load(publicId: string): Promise<KeyRow> {
    const row = await findKey(database, publicId);
    if (row === undefined) {
      unknown.set(publicId, true);
      throw new NoSuchKey();
    }
    watches.watch(row);
    return row;
  }

  async function findStranger(publicId: string): Promise<KeyRow> {
    if (looking >= maxLooks + maxWaiting) {
      throw new AppError('UNAVAILABLE', 'too many keys are looked for', { retryAfterMs: 1_000 });
    }
    looking += 1;
    try {
      return await strangers.run(() => load(publicId));
    } finally {
      looking -= 1;
    }
  }

  return {
    peek: (publicId) => live.get(publicId) ?? (unknown.get(publicId) && 'unknown'),
    async find(publicId) {
      const look = familiar.has(publicId) ? load : findStranger;
      try {
        return await live.getOrLoad(publicId, look);
      } catch (error) {
        if (error instanceof NoSuchKey) return undefined;
        throw error;
      }
    },
    noteUse(row) {
      familiar.set(row.publicId, true);
      if (noted.has(row)) return;
      noted.add(row);
      touchKey(services, row);
    },
    isFamiliar: (publicId) => familiar.has(publicId),
    [Symbol.dispose]() {
      watches[Symbol.dispose]();
      live.clear();
      unknown.clear();
    },
  };
}

/** A failed load is not kept among the live. */
class NoSuchKey extends Error {
  override readonly name = 'NoSuchKey';
}

interface Watches extends Disposable {
  watch(row: KeyRow): void;
}

/** Listens for revocations in the tenants whose keys are in use, and no longer than they are. */
function createWatches(
  { doorbell, clock }: Pick<RowServices, 'doorbell' | 'clock'>,
  forget: (publicId: string) => void,
): Watches {
  const tenants = new Map<string, { publicIds: Set<string>; stop: () => void; usedAt: number }>();
  let sweptAt = 0;

  function sweep(now: number): void {
    if (now - sweptAt < sweepMs) return;
    sweptAt = now;
    for (const [tenantId, { usedAt, stop }] of tenants) {
      // Of rows that old none is kept.
      if (now - usedAt < sweepMs) continue;
      stop();
      tenants.delete(tenantId);
    }
  }

  return {
    watch({ tenantId, publicId }) {
      const usedAt = clock.now().getTime();
      sweep(usedAt);
      const known = tenants.get(tenantId);
      if (known !== undefined) {
        known.publicIds.add(publicId);
        known.usedAt = usedAt;
        return;
      }
      const publicIds = new Set([publicId]);
      const stop = doorbell.listen(revokedChannel(tenantId), () => {
        for (const one of publicIds) forget(one);
        publicIds.clear();
      });
      tenants.set(tenantId, { publicIds, stop, usedAt });
    },
    [Symbol.dispose]() {
      for (const { stop } of tenants.values()) stop();
      tenants.clear();
    },
  };
}
