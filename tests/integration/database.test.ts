import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '../../kernel/ids.ts';
import { createTestDatabase, databaseKinds } from '../support/database.ts';
import type { TestDatabase } from '../support/database.ts';
import { insertTenant } from '../support/tenant.ts';

describe.each(databaseKinds)('a tenant transaction on %s', (kind) => {
  let test: TestDatabase;
  let ours: string;
  let theirs: string;

  beforeAll(async () => {
    test = await createTestDatabase(kind);
    ours = await insertTenant(test.database, 'ours');
    theirs = await insertTenant(test.database, 'theirs');
    for (const tenantId of [ours, theirs]) {
      await test.database.withTenant(tenantId, (tx) =>
        tx.agent.create({ data: { tenantId, id: newId(), name: 'triage', currentVersion: 1 } }),
      );
    }
  });
  afterAll(() => test[Symbol.asyncDispose]());

  it('sees the rows of its own tenant only', async () => {
    const agents = await test.database.withTenant(ours, (tx) => tx.agent.findMany());
    expect(agents.map((agent) => agent.tenantId)).toEqual([ours]);
  });
});
