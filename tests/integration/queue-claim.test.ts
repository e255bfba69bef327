import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { newId } from '../../kernel/ids.ts';
import { quarantinePrefix } from '../../queue/spend-attempt.ts';
import { createTestDatabase, allDatabaseKinds, hasPostgres } from '../support/database.ts';
import type { TestDatabase } from '../support/database.ts';
import { endLease, jobEvents, jobRow, jobState, silentQueue } from '../support/jobs.ts';
import { openPool } from '../support/open-pool.ts';

const leaseMs = 60_000;

describe.each(allDatabaseKinds)('claiming jobs of the %s database', (kind) => {
  const tenantId = newId();
  let test: TestDatabase;
  beforeAll(async () => {
    test = await createTestDatabase(kind);
  });
  afterAll(() => test[Symbol.asyncDispose]());
  beforeEach(() => test.database.pool.query('truncate jobs.job'));

  it('takes urgent jobs first and those of one priority in order of submit', async () => {
    const queue = silentQueue(test.database.pool);
    const rows = (['LOW', 'NORMAL', 'HIGH', 'URGENT', 'NORMAL'] as const).map((priority) =>
      jobRow(tenantId, { priority }),
    );
    for (const row of rows) await queue.submit([row]);

    const jobs = await queue.claim({ owner: 'w', limit: 10, leaseMs });

    const order = [3, 2, 1, 4, 0].map((index) => rows[index]?.jobId);
    expect(jobs.map(({ jobId }) => jobId)).toEqual(order);
  });

  it('lets a low job that has waited its offset go before a new normal one', async () => {
    const queue = silentQueue(test.database.pool);
    const low = jobRow(tenantId, { priority: 'LOW' });
    await queue.submit([low]);
    await test.database.pool.query(
      'update jobs.job set claim_key = claim_key - 700 * 1000000::bigint',
    );
    await queue.submit([jobRow(tenantId)]);
    const [first] = await queue.claim({ owner: 'w', limit: 1, leaseMs });
    expect(first?.jobId).toBe(low.jobId);
  });

  it('claims sleepers only when their time has come', async () => {
    const queue = silentQueue(test.database.pool);
    const later = jobRow(tenantId, { runAt: new Date(Date.now() + 3_600_000) });
    await queue.submit([later]);
    expect(await queue.claim({ owner: 'w', limit: 1, leaseMs })).toEqual([]);

    await test.database.pool.query('update jobs.job set run_at = now()');
    const [job] = await queue.claim({ owner: 'w', limit: 1, leaseMs });
    expect(job).toMatchObject({ jobId: later.jobId, epoch: 1, hasHistory: false });
  });

  it('tells input, version and history of what it hands out', async () => {
    const queue = silentQueue(test.database.pool);
    const row = jobRow(tenantId, { input: { list: [1, 'ä'] } });
    await queue.submit([row]);
    const [first] = await queue.claim({ owner: 'w', limit: 1, leaseMs });
    expect(first).toMatchObject({
      input: { list: [1, 'ä'] },
      agentId: row.agentId,
      agentVersionId: row.agentVersionId,
      tenantId,
      hasHistory: false,
    });

    if (first === undefined) return;
    await queue.release(first, {
      journal: [
        { key: 'b', value: 1 },
        { key: 'a', value: null },
      ],
    });
    const [again] = await queue.claim({ owner: 'w', limit: 1, leaseMs });
    expect(again).toMatchObject({ epoch: 2, hasHistory: true });
    const histories = await queue.loadHistories([row.jobId]);
    expect(histories.get(row.jobId)?.journal).toEqual([
      { key: 'b', value: 1 },
      { key: 'a', value: null },
    ]);
  });

  it('takes no more of a tenant than it has room for, however old its backlog is, and all that others have', async () => {
    const { pool } = test.database;
    const queue = silentQueue(pool);
    const [full, near] = [newId(), newId()];
    const others = Array.from({ length: 5 }, newId);
    await queue.submit(Array.from({ length: 400 }, () => jobRow(full)));
    await queue.submit(Array.from({ length: 400 }, () => jobRow(near)));
    await queue.submit(others.map((other) => jobRow(other)));
    await pool.query(
      'update jobs.job set claim_key = claim_key - 1000 where tenant_id = any($1::uuid[])',
      [[full, near]],
    );
    const rooms = new Map([
      [full, 0],
      [near, 3],
    ]);
    const jobs = await queue.claim({ owner: 'w', limit: 20, leaseMs, rooms });
    const ofNear = jobs.filter(({ tenantId: owner }) => owner === near);
    expect(jobs).toHaveLength(8);
    expect(ofNear).toHaveLength(3);
    expect(new Set(jobs.map(({ tenantId: owner }) => owner))).toEqual(new Set([near, ...others]));
    expect(await queue.claim({ owner: 'w', limit: 20, leaseMs, rooms })).toHaveLength(3);
  });

  it('keeps the order of claims among tenants that have room', async () => {
    const queue = silentQueue(test.database.pool);
    const [full, ...others] = Array.from({ length: 4 }, newId);
    const rows = (['LOW', 'URGENT', 'NORMAL', 'HIGH'] as const).map((priority, index) =>
      jobRow(others[index % 3] ?? '', { priority }),
    );
    await queue.submit([...rows, jobRow(full ?? '')]);
    const rooms = new Map([[full ?? '', 0]]);
    const jobs = await queue.claim({ owner: 'w', limit: 3, leaseMs, rooms });
    const order = [1, 3, 2].map((index) => rows[index]?.jobId);
    expect(jobs.map(({ jobId }) => jobId)).toEqual(order);
  });

  it('takes no more timers of a tenant than it has room for, and queues the others', async () => {
    const { pool } = test.database;
    const queue = silentQueue(pool);
    const [near, other] = [newId(), newId()];
    const runAt = new Date(Date.now() + 3_600_000);
    await queue.submit(
      [...Array.from({ length: 10 }, () => near), other].map((owner) => jobRow(owner, { runAt })),
    );
    await queue.submit([jobRow(near)]);
    await pool.query('update jobs.job set run_at = now()');
    const jobs = await queue.claim({ owner: 'w', limit: 20, leaseMs, rooms: new Map([[near, 3]]) });
    expect(jobs.filter(({ tenantId: owner }) => owner === near)).toHaveLength(3);
    expect(jobs.filter(({ tenantId: owner }) => owner === other)).toHaveLength(1);
    const all = await queue.claim({ owner: 'w', limit: 20, leaseMs });
    expect(all).toHaveLength(8);
  });

  it('charges a job that was lost among others no attempt, and runs it alone from the second loss on', async () => {
    const { pool } = test.database;
    const queue = silentQueue(pool);
    const row = jobRow(tenantId, { maxAttempts: 3 });
    await queue.submit([row]);
    const loseOnce = async (owner: string, isQuarantine: boolean) => {
      await pool.query('update jobs.job set run_at = now()');
      expect(await queue.claim({ owner, limit: 1, leaseMs, isQuarantine: !isQuarantine })).toEqual(
        [],
      );
      expect(await queue.hasQuarantined()).toBe(isQuarantine);
      const [job] = await queue.claim({ owner, limit: 1, leaseMs, isQuarantine });
      expect(job?.jobId).toBe(row.jobId);
      expect(await queue.reap(10)).toEqual([]);
      await endLease(pool, row.jobId);
      return (await queue.reap(10))[0];
    };

    expect(await loseOnce('w', false)).toMatchObject({ state: 'QUEUED', attempt: 0 });
    expect(await loseOnce('w', false)).toMatchObject({ state: 'QUEUED', attempt: 0 });
    const alone = `${quarantinePrefix}1`;
    expect(await loseOnce(alone, true)).toMatchObject({ state: 'QUEUED', attempt: 1 });
    expect(await loseOnce(alone, true)).toMatchObject({ state: 'WAITING', attempt: 2 });
    expect(await loseOnce(alone, true)).toMatchObject({ state: 'DEAD', attempt: 3 });
    expect(await jobState(pool, row.jobId)).toMatchObject({
      state: 'DEAD',
      owner: null,
      error: { title: 'Lease lost' },
    });
    expect((await jobEvents(pool, row.jobId)).map(({ seq, type }) => [seq, type])).toEqual([
      [1, 'dev.operandi.job.queued.v1'],
      [2, 'dev.operandi.job.interrupted.v1'],
      [3, 'dev.operandi.job.quarantined.v1'],
      [4, 'dev.operandi.job.attempt-lost.v1'],
      [5, 'dev.operandi.job.attempt-lost.v1'],
      [6, 'dev.operandi.job.dead.v1'],
    ]);
  });

  it('lets a quarantined job among the others again once it has made progress', async () => {
    const { pool } = test.database;
    const queue = silentQueue(pool);
    const row = jobRow(tenantId);
    await queue.submit([row]);
    await pool.query('update jobs.job set losses = 2');
    const [job] = await queue.claim({ owner: 'q', limit: 1, leaseMs, isQuarantine: true });
    if (job === undefined) throw new Error('nothing claimed');
    await queue.checkpoint(job, { journal: [{ key: 'a', value: 1 }] });
    await queue.release(job);
    const [again] = await queue.claim({ owner: 'w', limit: 1, leaseMs });
    expect(again?.jobId).toBe(row.jobId);
  });

  it('runs quarantined jobs of a tenant one after the other, and those of others beside', async () => {
    const { pool } = test.database;
    const queue = silentQueue(pool);
    const [slow, other] = [newId(), newId()];
    await queue.submit([jobRow(slow), jobRow(slow)]);
    await pool.query('update jobs.job set losses = 2');
    const claim = async () =>
      (await queue.claim({ owner: 'q', limit: 1, leaseMs, isQuarantine: true }))[0];
    const first = await claim();
    expect(first?.tenantId).toBe(slow);
    expect(await queue.hasQuarantined()).toBe(false);
    expect(await claim()).toBeUndefined();

    const row = jobRow(other);
    await queue.submit([row]);
    await pool.query('update jobs.job set losses = 2 where id = $1', [row.jobId]);
    expect(await queue.hasQuarantined()).toBe(true);
    expect((await claim())?.jobId).toBe(row.jobId);
    if (first !== undefined) await queue.release(first);
    expect((await claim())?.tenantId).toBe(slow);
  });

  it('takes the jobs of a holder that is gone at once, and quarantines the one that is to blame', async () => {
    const { pool } = test.database;
    const queue = silentQueue(pool);
    const rows = [1, 2, 3].map(() => jobRow(tenantId));
    await queue.submit(rows);
    const jobs = await queue.claim({ owner: 'w', limit: 3, leaseMs });
    const [blamed] = jobs.map(({ jobId }) => jobId);
    await queue.surrender({ owner: 'w', error: { title: 'Mute' }, blamed, others: 'RELEASE' });
    const { rows: now } = await pool.query<{ id: string; losses: number; events: number }>(
      `select id, losses, event_seq as events from jobs.job where state = 'QUEUED' and attempt = 0 order by losses`,
    );
    expect(now.map(({ losses, events }) => [losses, events])).toEqual([
      [0, 1],
      [0, 1],
      [2, 2],
    ]);
    expect(now[2]?.id).toBe(blamed);
  });

  it('counts attempts anew after progress', async () => {
    const { pool } = test.database;
    const queue = silentQueue(pool);
    const row = jobRow(tenantId);
    await queue.submit([row]);
    const [lost] = await queue.claim({ owner: 'w', limit: 1, leaseMs });
    if (lost !== undefined) await queue.failAttempt(lost, { title: 'Broken' });
    const [job] = await queue.claim({ owner: 'w', limit: 1, leaseMs });
    expect(job?.attempt).toBe(1);
    if (job !== undefined) await queue.checkpoint(job, { journal: [{ key: 'a', value: 1 }] });
    expect((await jobState(pool, row.jobId)).attempt).toBe(0);
  });

  it('pauses a job with such a request when its holder vanishes', async () => {
    const { pool } = test.database;
    const queue = silentQueue(pool);
    const row = jobRow(tenantId);
    await queue.submit([row]);
    await queue.claim({ owner: 'w', limit: 1, leaseMs });
    await pool.query(`update jobs.job set request = 'PAUSE'`);
    await endLease(pool, row.jobId);
    expect(await queue.reap(10)).toMatchObject([{ state: 'PAUSED' }]);
  });
});

describe.runIf(hasPostgres)('claiming by several processes', () => {
  it('hands each job to one of them', async () => {
    await using test = await createTestDatabase('postgres');
    const tenantId = newId();
    const pools = Array.from({ length: 4 }, () => openPool(test.databaseUrl, 2));
    const queues = pools.map(silentQueue);
    await queues[0]?.submit(Array.from({ length: 500 }, () => jobRow(tenantId)));

    const claimAll = async (index: number): Promise<string[]> => {
      const claimed: string[] = [];
      for (;;) {
        const jobs = await queues[index]?.claim({ owner: `w${index}`, limit: 7, leaseMs });
        if (jobs === undefined || jobs.length === 0) return claimed;
        claimed.push(...jobs.map(({ jobId }) => jobId));
      }
    };
    const claims = (await Promise.all([0, 1, 2, 3].map(claimAll))).flat();

    expect(claims).toHaveLength(500);
    expect(new Set(claims).size).toBe(500);
    await Promise.all(pools.map((pool) => pool.end()));
  });
});
