import type { Database } from '../../kernel/database/database.ts';
import {
  createKeyedSemaphore,
  createSemaphore,
  type KeyedSemaphore,
} from '../../kernel/semaphore.ts';

/** Transactions of one request at once. */
const perRequest = 3;
/** The part of the pool that the requests of one tenant may hold together. */
const tenantShare = 0.5;

/** What requests of each tenant hold of a pool, by the database that all subgraphs of the process share. */
const tenants = new WeakMap<Database, KeyedSemaphore>();

/**
 * The database as one request sees it: its transactions hold at most its share, and its tenant's, of the pool. What is
 * kept beyond a request goes by the pool, which all requests have in common.
 */
export function shareDatabase(database: Database): Database {
  const ofRequest = createSemaphore(perRequest);
  return {
    ...database,
    withTenant: (tenantId, work, options) =>
      ofRequest.run(() =>
        withinTenant(database, tenantId, () => database.withTenant(tenantId, work, options)),
      ),
  };
}

function withinTenant<Result>(
  database: Database,
  tenantId: string,
  work: () => Promise<Result>,
): Promise<Result> {
  const shares = tenants.get(database) ?? createKeyedSemaphore(placesOf(database));
  tenants.set(database, shares);
  return shares.run(tenantId, work);
}

function placesOf({ pool }: Database): number {
  return Math.max(1, Math.floor(pool.options.max * tenantShare));
}
