import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { tailJobChanges } from '../../core/jobs/tail-job-changes.ts';
import { fenceRestored } from '../../core/restore/fence-restored.ts';
import { createGeneration } from '../../kernel/database/generation.ts';
import { allDatabaseKinds, createTestDatabase, type TestDatabase } from '../support/database.ts';
import { claimNew, jobRow, jobState, silentQueue } from '../support/jobs.ts';
import { insertTenant } from '../support/tenant.ts';
import { contextOfNewTenant, openTestServices } from '../support/verb-context.ts';

describe.each(allDatabaseKinds)('the fence of a restored %s database', (kind) => {
  let test: TestDatabase;
  beforeAll(async () => {
    test = await createTestDatabase(kind);
  });
  afterAll(() => test[Symbol.asyncDispose]());

  it('takes running jobs from who outlived the restore, now and for ever', async () => {
    const tenantId = await insertTenant(test.database);
    const queue = silentQueue(test.database.pool);
    const held = await claimNew(queue, jobRow(tenantId));
    // Of a moment that has never been: this database has not given that epoch yet.
    const ahead = { ...held, epoch: held.epoch + 1 };
    expect(await fenceRestored({ database: test.database })).toMatchObject({ jobs: 1 });
    expect((await jobState(test.database.pool, held.jobId)).state).toBe('QUEUED');

    const [again] = await queue.claim({ owner: 'next', limit: 1, leaseMs: 60_000 });
    expect(again?.jobId).toBe(held.jobId);
    for (const late of [held, ahead])
      await expect(queue.finish(late, {}, { state: 'SUCCEEDED', output: 1 })).rejects.toMatchObject(
        {
          code: 'STALE_LEASE',
        },
      );
    if (again !== undefined) await queue.finish(again, {}, { state: 'SUCCEEDED', output: 1 });
  });

  it('is put up anew each time, whatever a database knows of earlier ones', async () => {
    const { database } = test;
    const minutes = (Date.now() - Date.UTC(2026, 0)) / 60_000;
    const first = await fenceRestored({ database });
    // As a backup of before has it.
    await database.pool.query(`select setval('access.generation', 0)`);
    const second = await fenceRestored({ database });
    const third = await fenceRestored({ database });
    expect(first.generation).toBeGreaterThan(minutes - 2);
    expect(second.generation).toBeGreaterThan(minutes - 2);
    expect(third.generation).toBe(second.generation + 1);
    await expect(createGeneration(database.pool)()).resolves.toBe(third.generation);
  });

  it('ends the streams of those who watch through it', async () => {
    const { database } = test;
    await using services = openTestServices(database);
    let generation = 0;
    const seen = { ...database, generation: () => Promise.resolve(generation) };
    const context = { ...(await contextOfNewTenant(services)), database: seen };
    const changes = await tailJobChanges(context, { signal: AbortSignal.timeout(60_000) });
    generation = 1;
    await expect(changes.next()).rejects.toThrow('before the database was restored');
  });

  it('leaves over jobs as they are, and puts a row into the audit log of each tenant', async () => {
    const { database } = test;
    const tenantId = await insertTenant(database);
    const queue = silentQueue(database.pool);
    const job = await claimNew(queue, jobRow(tenantId));
    await queue.finish(job, {}, { state: 'SUCCEEDED', output: 1 });
    const before = await jobState(database.pool, job.jobId);
    const { generation } = await fenceRestored({ database });
    const events = await database.withTenant(tenantId, (tx) =>
      tx.auditEvent.findMany({ where: { tenantId, action: 'database.restore' } }),
    );
    expect(events.map(({ data }) => data)).toEqual([{ generation }]);
    expect((await fenceRestored({ database })).jobs).toBe(0);
    expect(await jobState(database.pool, job.jobId)).toEqual(before);
  });
});
