import type { Database } from './database.ts';

/** The same database, whose tenant's transactions as the app's role see only what the text says, as `access.reach()` reads it. */
export function limitReach(database: Database, reach: string): Database {
  return {
    ...database,
    withTenant: (tenantId, work, options) =>
      database.withTenant(tenantId, work, { ...options, reach }),
  };
}
