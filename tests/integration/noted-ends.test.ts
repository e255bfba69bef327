import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '../../kernel/ids.ts';
import type { FinalState } from '../../queue/advance-draft.ts';
import type { Queue } from '../../queue/queue.ts';
import { createTestDatabase, hasPostgres } from '../support/database.ts';
import type { TestDatabase } from '../support/database.ts';
import { claimNew, jobRow, silentQueue } from '../support/jobs.ts';

const ends: readonly FinalState[] = [
  { state: 'SUCCEEDED', output: 1 },
  { state: 'FAILED', error: {} },
  { state: 'CANCELLED', error: null },
];

describe.runIf(hasPostgres)('ends of jobs in the audit log', () => {
  let test: TestDatabase;
  let queue: Queue;
  beforeAll(async () => {
    test = await createTestDatabase('postgres');
    queue = silentQueue(test.database.pool);
  });
  afterAll(async () => {
    await queue[Symbol.asyncDispose]();
    await test[Symbol.asyncDispose]();
  });

  async function noted(jobId: string): Promise<readonly unknown[]> {
    const { rows } = await test.database.pool.query<object>(
      `select actor_kind, actor_id, target_kind, target_id, data from audit.event
       where job_id = $1 and action = 'job.end'`,
      [jobId],
    );
    return rows;
  }

  const row = (jobId: string, state: string) => ({
    ...{ actor_kind: 'system', actor_id: 'operandi', target_kind: 'job', target_id: jobId },
    data: { state, lostAttempts: 0 },
  });

  it('are noted once each where many end together', async () => {
    const tenantId = newId();
    const jobs = [];
    for (const end of ends) jobs.push({ ...(await claimNew(queue, jobRow(tenantId))), end });
    await Promise.all(jobs.map(({ end, ...held }) => queue.finish(held, {}, end)));
    for (const { jobId, end } of jobs) expect(await noted(jobId)).toEqual([row(jobId, end.state)]);
  });

  it('are noted where nobody has done so, and where a tenant says that it was done', async () => {
    for (const role of ['worker', 'app']) {
      const tenantId = newId();
      const { jobId } = await claimNew(queue, jobRow(tenantId));
      const end = role === 'app' ? ', ends = ends + 1' : '';
      await test.database.withTenant(
        tenantId,
        (tx) =>
          tx.$executeRawUnsafe(
            `update jobs.job set state = 'CANCELLED'${end} where id = $1::uuid`,
            jobId,
          ),
        { role: role === 'app' ? 'app' : 'worker' },
      );
      expect(await noted(jobId)).toEqual([row(jobId, 'CANCELLED')]);
    }
  });
});
