import { LRUCache } from 'lru-cache';
import { Pool } from 'undici';

import type { AddressGuard } from './address-guard.ts';
import type { ConnectionPolicy } from './policy.ts';

/** Sockets, kept apart by connection and origin: two tenants never share one. */
export interface Pools extends AsyncDisposable {
  get(connection: ConnectionPolicy, url: URL): Pool;
}

const connectTimeoutMs = 10_000;
const maxHeaderBytes = 32_768;

export function createPools(guard: AddressGuard, maxPools = 500): Pools {
  const pools = new LRUCache<string, Pool>({
    max: maxPools,
    // `close` lets requests in flight finish.
    dispose: (pool) => void pool.close().catch(() => undefined),
  });
  return {
    get(connection, url) {
      const key = JSON.stringify([connection.key, url.origin, connection.limits.concurrency]);
      const known = pools.get(key);
      if (known !== undefined) return known;
      const pool = openPool(guard, connection, url);
      pools.set(key, pool);
      return pool;
    },
    async [Symbol.asyncDispose]() {
      const open = [...pools.values()];
      await Promise.all(open.map((pool) => pool.destroy()));
      pools.clear();
    },
  };
}

function openPool(guard: AddressGuard, connection: ConnectionPolicy, url: URL): Pool {
  return new Pool(url.origin, {
    connections: connection.limits.concurrency,
    pipelining: 1,
    // The deadline of the whole call rules; undici's own timers are coarse and leave out the time in its queue.
    headersTimeout: 0,
    bodyTimeout: 0,
    maxHeaderSize: maxHeaderBytes,
    connect: { lookup: guard.lookupFor(url), timeout: connectTimeoutMs, minVersion: 'TLSv1.2' },
  });
}
