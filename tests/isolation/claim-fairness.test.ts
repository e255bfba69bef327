import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { newId } from '../../kernel/ids.ts';
import type { ClaimedJob } from '../../queue/claim.ts';
import type { JobPriority } from '../../queue/job.ts';
import type { Queue } from '../../queue/queue.ts';
import { answerWaits } from '../../queue/answer-wait.ts';
import { redriveJob } from '../../queue/redrive.ts';
import { onPool } from '../../queue/statement.ts';
import { createTestDatabase, databaseKinds, hasPostgres } from '../support/database.ts';
import type { TestDatabase } from '../support/database.ts';
import { jobRow, silentQueue } from '../support/jobs.ts';
import { openPool } from '../support/open-pool.ts';

const leaseMs = 60_000;

/** Claims so many jobs in batches, as workers do. */
async function claim(queue: Queue, n: number, batch = 32): Promise<readonly ClaimedJob[]> {
  const claimed: ClaimedJob[] = [];
  while (claimed.length < n) {
    const limit = Math.min(batch, n - claimed.length);
    const jobs = await queue.claim({ owner: 'w', limit, leaseMs });
    if (jobs.length === 0) break;
    claimed.push(...jobs);
  }
  return claimed;
}

const share = (jobs: readonly ClaimedJob[], tenantId: string) =>
  jobs.filter((job) => job.tenantId === tenantId).length;

describe.each(databaseKinds)('the order of claims of the %s database', (kind) => {
  let test: TestDatabase;
  let queue: Queue;
  beforeAll(async () => {
    test = await createTestDatabase(kind);
    queue = silentQueue(test.database.pool);
  });
  afterAll(() => test[Symbol.asyncDispose]());
  beforeEach(async () => {
    await test.database.pool.query('truncate jobs.job');
    await test.database.pool.query('truncate jobs.turn');
  });

  const submit = (tenantId: string, n: number, priority: JobPriority = 'NORMAL') =>
    queue.submit(Array.from({ length: n }, () => jobRow(tenantId, { priority })));

  it('serves each of many tenants early, before, among and behind the backlog of one', async () => {
    const flood = newId();
    const others = Array.from({ length: 30 }, newId);
    const some = (from: number) =>
      queue.submit(others.slice(from, from + 10).map((tenantId) => jobRow(tenantId)));
    await some(0);
    await submit(flood, 500);
    await some(10);
    await submit(flood, 500);
    const first = await claim(queue, 32);
    await some(20);
    const claimed = [...first, ...(await claim(queue, 64))];
    expect(new Set(claimed.map(({ tenantId }) => tenantId))).toEqual(new Set([flood, ...others]));
  });

  it('claims an urgent job before an old backlog of low ones, of another tenant and of its own', async () => {
    const [low, other] = [newId(), newId()];
    await submit(low, 1_000, 'LOW');
    await claim(queue, 100);
    await test.database.pool.query(
      `update jobs.job set run_at = run_at - interval '30 minutes', created_at = created_at - interval '30 minutes'`,
    );
    const rows = [low, other].map((tenantId) => jobRow(tenantId, { priority: 'URGENT' }));
    await queue.submit(rows);
    const claimed = await claim(queue, 2);
    expect(claimed.map(({ jobId }) => jobId).toSorted()).toEqual(
      rows.map(({ jobId }) => jobId).toSorted(),
    );
  });

  it('gives a tenant that marks all its jobs urgent no more than its share and its lead', async () => {
    const [loud, quiet] = [newId(), newId()];
    await submit(loud, 400, 'URGENT');
    await submit(quiet, 400, 'LOW');
    const claimed = await claim(queue, 300);
    expect(share(claimed, quiet)).toBeGreaterThanOrEqual((300 - 32) / 2 - 1);
    expect(share(claimed, loud)).toBeGreaterThanOrEqual(300 / 2);
  });

  it('comes to a low job although urgent ones never end', async () => {
    const [loud, quiet] = [newId(), newId()];
    await submit(loud, 100, 'URGENT');
    const low = [loud, quiet].map((tenantId) => jobRow(tenantId, { priority: 'LOW' }));
    await queue.submit(low);
    const claimed: ClaimedJob[] = [];
    for (let round = 0; round < 30; round += 1) {
      await submit(loud, 10, 'URGENT');
      claimed.push(...(await claim(queue, 10)));
    }
    const ids = claimed.map(({ jobId }) => jobId);
    expect(ids.indexOf(low[1]?.jobId ?? '')).toBeGreaterThanOrEqual(0);
    expect(ids.indexOf(low[1]?.jobId ?? '')).toBeLessThan(60);
    expect(ids).toContain(low[0]?.jobId);
  });

  it('lets jobs of one tenant that all come back at once stand before nobody else', async () => {
    const [woken, quiet] = [newId(), newId()];
    await submit(woken, 600);
    const jobs = await claim(queue, 600, 200);
    const waits = [{ key: 'w', kind: 'event', spec: {} }];
    await Promise.all(jobs.map((job) => queue.park(job, { waits }, { wakes: job.wakes })));
    await submit(quiet, 50);
    await answerWaits(onPool(test.database.pool), {
      ...{ tenantId: woken, value: null },
      waits: jobs.map(({ jobId }) => ({ jobId, key: 'w' })),
    });
    const claimed = await claim(queue, 150);
    expect(share(claimed, quiet)).toBe(50);
  });

  it('lets timers of one tenant that all ring at once stand before nobody else', async () => {
    const [sleeping, quiet] = [newId(), newId()];
    const runAt = new Date(Date.now() + 3_600_000);
    await queue.submit(Array.from({ length: 400 }, () => jobRow(sleeping, { runAt })));
    await test.database.pool.query(`update jobs.job set run_at = now() - interval '1 hour'`);
    await submit(quiet, 20);
    const claimed = await claim(queue, 80);
    expect(share(claimed, quiet)).toBe(20);
    expect(share(claimed, sleeping)).toBe(60);
  });

  it('brings a job that comes back before the backlog of its own tenant', async () => {
    const tenantId = newId();
    const row = jobRow(tenantId);
    await queue.submit([row]);
    const [job] = await claim(queue, 1);
    await submit(tenantId, 500);
    if (job !== undefined) await queue.finish(job, {}, { state: 'FAILED', error: null });
    await redriveJob(onPool(test.database.pool), {
      ...{ tenantId, jobId: row.jobId, epoch: job?.epoch ?? 0, data: {} },
      ...{ forgotten: [], received: [], isForgetful: false, mark: { key: 'redrive', value: {} } },
    });
    const claimed = await claim(queue, 20, 10);
    expect(claimed.map(({ jobId }) => jobId)).toContain(row.jobId);
  });

  it('goes through everything in the end, whatever comes in and back', async () => {
    const tenants = Array.from({ length: 5 }, newId);
    const marks = ['LOW', 'NORMAL', 'HIGH', 'URGENT'] as const;
    await Promise.all(
      tenants.flatMap((tenantId) => marks.map((mark) => submit(tenantId, 15, mark))),
    );
    const first = await claim(queue, 100);
    await Promise.all(first.slice(0, 50).map((job) => queue.release(job)));
    await Promise.all(
      first.slice(50).map((job) => queue.park(job, {}, { runAt: new Date(0), wakes: job.wakes })),
    );
    const again = await claim(queue, 1_000);
    expect(new Set(again.map(({ jobId }) => jobId)).size).toBe(300);
    expect(again).toHaveLength(300);
  });
});

describe.runIf(hasPostgres)('turns taken by several processes', () => {
  it('neither deadlock nor share a turn, and are claimed once each by four claimers', async () => {
    await using test = await createTestDatabase('postgres');
    await using stack = new AsyncDisposableStack();
    const queues = Array.from({ length: 4 }, () => {
      const pool = openPool(test.databaseUrl, 4);
      stack.defer(() => pool.end());
      return silentQueue(pool);
    });
    const tenants = Array.from({ length: 6 }, newId);
    const results = await Promise.all(
      queues.map((queue, index) =>
        queue.submit(
          Array.from({ length: 300 }, (_, n) => jobRow(tenants[(n * (index + 1)) % 6] ?? '')),
        ),
      ),
    );
    expect(results.flat().every((result) => !(result instanceof Error))).toBe(true);
    const { rows } = await test.database.pool.query<{ shared: number }>(
      `select count(*)::int as shared from (
         select from jobs.job group by tenant_id, claim_key having count(*) > 1) as each`,
    );
    expect(rows[0]?.shared).toBe(0);
    const claimed = await Promise.all(queues.map((queue) => claim(queue, 1_200, 20)));
    const ids = claimed.flat().map(({ jobId }) => jobId);
    expect(new Set(ids).size).toBe(1_200);
    expect(ids).toHaveLength(1_200);
  });
});
