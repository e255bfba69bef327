import { LRUCache } from 'lru-cache';

import { createCache } from '../../kernel/cache.ts';
import { AppError } from '../../kernel/errors.ts';
import { createSemaphore } from '../../kernel/semaphore.ts';
import type { Services } from '../context.ts';
import { revokedChannel } from './revoked.ts';

/** A row may be this old when the next look begins, so a lost ring costs at most twice as much. */
export const cacheMs = 2_000;
const maxCached = 10_000;
/** Looks for keys that this process has not seen live, at once and waiting. */
const maxLooks = 2;
const maxWaiting = 200;
const sweepMs = 60_000;

/** What belongs to a tenant. */
interface OfTenant {
  readonly tenantId: string;
}

/** What credentials stand for as it is in the database now, or was two seconds ago; each is known by a text. */
export interface KeyRows<Row extends OfTenant> extends Disposable {
  /** The row that is known already, or known not to be. */
  peek(ref: string): Row | 'unknown' | undefined;
  /** Looks it up; UNAVAILABLE when too many strangers are looked for. */
  find(ref: string): Promise<Row | undefined>;
  /** The credential was proved: strangers do not come before it any more, and its use is noted. */
  noteUse(ref: string, row: Row): void;
  /** It was of late. */
  isFamiliar(ref: string): boolean;
}

/** How rows are read, and what is done when one is used. */
export interface RowSource<Row extends OfTenant> {
  find(ref: string): Promise<Row | undefined>;
  touch?(row: Row): void;
}

type RowServices = Pick<Services, 'doorbell' | 'clock'>;

/** Keys that are not there are kept apart, so that inventing them drives out no live one. */
export function createKeyRows<Row extends OfTenant>(
  services: RowServices,
  source: RowSource<Row>,
): KeyRows<Row> {
  const { clock } = services;
  const live = createCache<Row>({ max: maxCached, ttlMs: cacheMs, clock });
  const unknown = createCache<true>({ max: maxCached, ttlMs: cacheMs, clock });
  const familiar = new LRUCache<string, true>({ max: maxCached });
  const noted = new WeakSet<Row>();
  const strangers = createSemaphore(maxLooks);
  const watches = createWatches(services, (ref) => live.delete(ref));
  let looking = 0;

  async function load(ref: string): Promise<Row> {
    const row = await source.find(ref);
    if (row === undefined) {
      unknown.set(ref, true);
      throw new NoSuchKey();
    }
    watches.watch(ref, row);
    return row;
  }

  async function findStranger(ref: string): Promise<Row> {
    if (looking >= maxLooks + maxWaiting) {
      throw new AppError('UNAVAILABLE', 'too many keys are looked for', { retryAfterMs: 1_000 });
    }
    looking += 1;
    try {
      return await strangers.run(() => load(ref));
    } finally {
      looking -= 1;
    }
  }

  return {
    peek: (ref) => live.get(ref) ?? (unknown.get(ref) && 'unknown'),
    async find(ref) {
      const look = familiar.has(ref) ? load : findStranger;
      try {
        return await live.getOrLoad(ref, look);
      } catch (error) {
        if (error instanceof NoSuchKey) return undefined;
        throw error;
      }
    },
    noteUse(ref, row) {
      familiar.set(ref, true);
      if (noted.has(row)) return;
      noted.add(row);
      source.touch?.(row);
    },
    isFamiliar: (ref) => familiar.has(ref),
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
  watch(ref: string, row: OfTenant): void;
}

/** Listens for revocations in the tenants whose keys are in use, and no longer than they are. */
function createWatches({ doorbell, clock }: RowServices, forget: (ref: string) => void): Watches {
  const tenants = new Map<string, { refs: Set<string>; stop: () => void; usedAt: number }>();
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
    watch(ref, { tenantId }) {
      const usedAt = clock.now().getTime();
      sweep(usedAt);
      const known = tenants.get(tenantId);
      if (known !== undefined) {
        known.refs.add(ref);
        known.usedAt = usedAt;
        return;
      }
      const refs = new Set([ref]);
      const stop = doorbell.listen(revokedChannel(tenantId), () => {
        for (const one of refs) forget(one);
        refs.clear();
      });
      tenants.set(tenantId, { refs, stop, usedAt });
    },
    [Symbol.dispose]() {
      for (const { stop } of tenants.values()) stop();
      tenants.clear();
    },
  };
}
