import type { Database } from './database.ts';

/** The same database; transactions of its tenant that say nothing else see only what the text says, as `access.reach()` reads it. */
export function limitReach(database: Database, reach: string): Database {
  return {
    ...database,
    withTenant: (tenantId, work, options) =>
      database.withTenant(tenantId, work, { reach, ...options }),
  };
}
