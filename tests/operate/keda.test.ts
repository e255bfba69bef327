import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';

import { createTestDatabase, hasPostgres } from '../support/database.ts';
import { findHelm } from '../support/helm.ts';
import { jobRow, silentQueue } from '../support/jobs.ts';
import { makeLogins } from '../support/logins.ts';
import { insertTenant } from '../support/tenant.ts';

const helm = findHelm();

const scaledObject = z.object({
  spec: z.object({
    triggers: z.array(z.object({ metadata: z.object({ query: z.string() }) })),
  }),
});

// Machines of developers may lack the server; the pipeline may not.
const isLeftOut = helm === undefined || (!hasPostgres && process.env['CI'] === undefined);

describe.skipIf(isLeftOut)('the queries by which KEDA asks PostgreSQL', () => {
  const stack = new AsyncDisposableStack();
  let worker: pg.Client;
  let pool: pg.Pool;
  let tenantId: string;
  let queries: readonly string[];

  beforeAll(async () => {
    const autoscaling = { enabled: true, by: 'queue', source: 'postgresql' };
    const manifests = (await helm?.render({ worker: { autoscaling } })) ?? [];
    const found = manifests.find(({ kind }) => kind === 'ScaledObject');
    queries = scaledObject.parse(found).spec.triggers.map(({ metadata }) => metadata.query);
    const { database, databaseUrl = '' } = stack.use(await createTestDatabase('postgres'));
    ({ pool } = database);
    tenantId = await insertTenant(database);
    const logins = stack.use(await makeLogins(databaseUrl));
    worker = new pg.Client({ connectionString: logins.worker });
    await worker.connect();
    stack.defer(() => worker.end());
  });
  afterAll(() => stack.disposeAsync());

  const ask = async (): Promise<readonly number[]> => {
    const answers: number[] = [];
    for (const text of queries) {
      const { rows } = await worker.query<unknown[]>({ text, rowMode: 'array' });
      expect(rows).toHaveLength(1);
      answers.push(Number(rows[0]?.[0]));
    }
    return answers;
  };

  it('tell how many jobs wait for a worker and for how long, to the login of a worker', async () => {
    expect(await ask()).toEqual([0, 0]);
    await silentQueue(pool).submit([jobRow(tenantId), jobRow(tenantId)]);
    await pool.query(`update jobs.job set run_at = now() - interval '1 hour'`);
    const [count, seconds] = await ask();
    expect(count).toBe(2);
    expect(seconds).toBeGreaterThanOrEqual(3_600);
    await pool.query(`update jobs.job set run_at = now() + interval '1 hour'`);
    expect(await ask()).toEqual([0, 0]);
  });
});
