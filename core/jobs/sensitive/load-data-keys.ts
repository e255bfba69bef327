import { createCache, type Cache } from '../../../kernel/cache.ts';
import type { Database } from '../../../kernel/database/database.ts';
import type { Services } from '../../context.ts';
import { openDataKey, type DataKey } from './data-key.ts';

type Needs = Pick<Services, 'database' | 'keyring'>;

/** For so long a key may still be used in a process after it was erased, milliseconds. */
const keptMs = 5_000;

/** One per database, so per process. */
const caches = new WeakMap<Database['pool'], Cache<DataKey | undefined>>();

/** The key of this id; undefined when it was erased. */
export async function loadDataKey(
  { database, keyring }: Needs,
  { tenantId, id }: { readonly tenantId: string; readonly id: string },
): Promise<DataKey | undefined> {
  const cache =
    caches.get(database.pool) ?? createCache<DataKey | undefined>({ max: 1_000, ttlMs: keptMs });
  caches.set(database.pool, cache);
  return await cache.getOrLoad(`${tenantId} ${id}`, async () => {
    const row = await database.withTenant(
      tenantId,
      (tx) => tx.dataKey.findUnique({ where: { tenantId_id: { tenantId, id } } }),
      { isReadOnly: true },
    );
    return row === null ? undefined : openDataKey(keyring, tenantId, row);
  });
}
