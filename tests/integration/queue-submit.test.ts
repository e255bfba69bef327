import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AppError } from '../../kernel/errors.ts';
import { newId } from '../../kernel/ids.ts';
import { createQueue } from '../../queue/create-queue.ts';
import type { SubmitResult } from '../../queue/submit.ts';
import { createTestDatabase, allDatabaseKinds } from '../support/database.ts';
import type { TestDatabase } from '../support/database.ts';
import { jobRow, jobState, recordingDoorbell, silentQueue } from '../support/jobs.ts';

describe.each(allDatabaseKinds)('submitting jobs to the %s database', (kind) => {
  let test: TestDatabase;
  beforeAll(async () => {
    test = await createTestDatabase(kind);
  });
  afterAll(() => test[Symbol.asyncDispose]());

  const count = async (table: string, tenantId: string): Promise<number> => {
    const { rows } = await test.database.pool.query<{ n: number }>(
      `select count(*)::int as n from ${table} where tenant_id = $1`,
      [tenantId],
    );
    return rows[0]?.n ?? 0;
  };

  it('writes job, input, first event and audit row together and rings once for all', async () => {
    const tenantId = newId();
    const doorbell = recordingDoorbell();
    await using queue = createQueue({ pool: test.database.pool, doorbell });
    const rows = Array.from({ length: 20 }, () => jobRow(tenantId));

    const results = await queue.submit(rows);

    expect(results).toEqual(rows.map(({ jobId }) => ({ jobId, tenantId, isNew: true })));
    for (const table of ['jobs.job', 'jobs.job_io', 'jobs.event', 'audit.event']) {
      expect(await count(table, tenantId)).toBe(20);
    }
    expect(doorbell.rings).toEqual(['jobs.ready', `jobs.event:${tenantId}`]);
  });

  it('makes one job of fifty submits of one key from several queues', async () => {
    const tenantId = newId();
    const queues = Array.from({ length: 4 }, () => silentQueue(test.database.pool));
    const submits = Array.from({ length: 50 }, (_, index) => {
      const queue = queues[index % 4] ?? silentQueue(test.database.pool);
      return queue.submit([jobRow(tenantId, { idempotencyKey: 'order-7' })]);
    });

    const results = (await Promise.all(submits)).flat();

    const made = results.filter((result): result is SubmitResult => !(result instanceof AppError));
    expect(made).toHaveLength(50);
    expect(new Set(made.map(({ jobId }) => jobId)).size).toBe(1);
    expect(made.filter(({ isNew }) => isNew)).toHaveLength(1);
    expect(await count('jobs.job', tenantId)).toBe(1);
    expect(await count('jobs.event', tenantId)).toBe(1);
    expect(await count('audit.event', tenantId)).toBe(1);
  });

  it('keeps idempotency keys of tenants apart', async () => {
    const queue = silentQueue(test.database.pool);
    const rows = [newId(), newId()].map((tenantId) => jobRow(tenantId, { idempotencyKey: 'same' }));
    const results = await queue.submit(rows);
    expect(results).toMatchObject([{ isNew: true }, { isNew: true }]);
  });

  it('refuses another input under a used key without harming the others', async () => {
    const tenantId = newId();
    const queue = silentQueue(test.database.pool);
    const [first, other, third] = await queue.submit([
      jobRow(tenantId, { idempotencyKey: 'k' }),
      jobRow(tenantId, { idempotencyKey: 'k', inputHash: 'other' }),
      jobRow(tenantId),
    ]);
    expect(first).toMatchObject({ isNew: true });
    expect(other).toMatchObject({ code: 'IDEMPOTENCY_MISMATCH' });
    expect(third).toMatchObject({ isNew: true });
  });

  it('refuses only the member whose input cannot be stored', async () => {
    const tenantId = newId();
    const queue = silentQueue(test.database.pool);
    const rows = Array.from({ length: 9 }, (_, index) =>
      jobRow(tenantId, { input: index === 4 ? { text: 'a\u0000b' } : null }),
    );
    const results = await queue.submit(rows);
    expect(results[4]).toMatchObject({ code: 'BAD_USER_INPUT' });
    expect(results.filter((result) => result instanceof AppError)).toHaveLength(1);
    expect(await count('jobs.job', tenantId)).toBe(8);
  });

  it('takes the same job id again as the same submit', async () => {
    const tenantId = newId();
    const queue = silentQueue(test.database.pool);
    const row = jobRow(tenantId);
    await queue.submit([row]);
    expect(await queue.submit([row])).toEqual([{ jobId: row.jobId, tenantId, isNew: true }]);
    expect(await count('jobs.job', tenantId)).toBe(1);
  });

  it('starts a job with a lease as running and one with a later time as waiting', async () => {
    const tenantId = newId();
    const queue = silentQueue(test.database.pool);
    const leased = jobRow(tenantId, { lease: { owner: 'here', leaseMs: 5_000 } });
    const later = jobRow(tenantId, { runAt: new Date(Date.now() + 3_600_000) });
    await queue.submit([leased, later]);
    expect(await jobState(test.database.pool, leased.jobId)).toMatchObject({
      state: 'RUNNING',
      owner: 'here',
      epoch: 1,
    });
    expect(await jobState(test.database.pool, later.jobId)).toMatchObject({ state: 'WAITING' });
  });
});
