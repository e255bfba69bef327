import type { Database } from '../../kernel/database/database.ts';
import { newId } from '../../kernel/ids.ts';

/** Adds a tenant of its own for a test and returns its id. */
export async function insertTenant(database: Database, name = 'Test'): Promise<string> {
  const id = newId();
  await database.withTenant(id, (tx) => tx.tenant.create({ data: { id, name } }));
  return id;
}
