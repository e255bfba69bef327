import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '../../kernel/ids.ts';
import { waitsPlace } from '../../queue/advance-columns.ts';
import { advanceStatement } from '../../queue/advance-statement.ts';
import { answerWaits } from '../../queue/answer-wait.ts';
import { heartbeatStatement } from '../../queue/heartbeat.ts';
import { onPool, type Statement } from '../../queue/statement.ts';
import { tailJobEvents, tailTenantEvents } from '../../queue/tail-events.ts';
import { createTestDatabase, hasPostgres } from '../support/database.ts';
import type { TestDatabase } from '../support/database.ts';
import { jobRow, silentQueue } from '../support/jobs.ts';
import { openPool } from '../support/open-pool.ts';

/** What the hot path asks with; the plan is the one that a prepared statement keeps for all values. */
async function planOf(test: TestDatabase, { text }: Statement, values: readonly string[]) {
  const client = await test.database.pool.connect();
  try {
    await client.query(`set plan_cache_mode = force_generic_plan`);
    await client.query(`prepare asked as ${text}`);
    const { rows } = await client.query<{ 'QUERY PLAN': string }>(
      `explain execute asked (${values.map((value) => client.escapeLiteral(value)).join(', ')})`,
    );
    return rows.map((row) => row['QUERY PLAN']).join('\n');
  } finally {
    await client.query('deallocate all');
    await client.query('reset plan_cache_mode');
    client.release();
  }
}

/** Columns without rows. */
const nothingAtAll = Array.from({ length: waitsPlace - 1 }, () => '{}');

describe.runIf(hasPostgres)('plans of the hot path', () => {
  let test: TestDatabase;
  beforeAll(async () => {
    test = await createTestDatabase('postgres');
  });
  afterAll(() => test[Symbol.asyncDispose]());

  const hot = [
    { name: 'a checkpoint', statement: advanceStatement(false), values: nothingAtAll },
    {
      name: 'a checkpoint with waits',
      statement: advanceStatement(true),
      values: [...nothingAtAll, '[]'],
    },
    { name: 'a heartbeat', statement: heartbeatStatement, values: ['{}', '{}', '1'] },
  ];

  it.each(hot)('$name finds its jobs by key in a fresh database', async (asked) => {
    const plan = await planOf(test, asked.statement, asked.values);
    expect(plan).toContain('Index Scan using job_pkey on job');
    expect(plan).not.toContain('job_running');
  });

  it.each(hot)('$name finds its jobs by key where few of many are running', async (asked) => {
    const queue = silentQueue(test.database.pool);
    const tenantId = newId();
    await queue.submit(Array.from({ length: 2_000 }, () => jobRow(tenantId)));
    await queue.claim({ owner: 'w', limit: 20, leaseMs: 60_000 });
    await test.database.pool.query('analyze jobs.job');
    const plan = await planOf(test, asked.statement, asked.values);
    expect(plan).toContain('Index Scan using job_pkey on job');
    expect(plan).not.toContain('job_running');
  });

  it('are kept for claims of a long backlog, however many jobs are wanted', async () => {
    await test.database.pool.query('truncate jobs.job');
    const pool = openPool(test.databaseUrl, 1);
    try {
      const queue = silentQueue(pool);
      const tenantId = newId();
      await queue.submit(Array.from({ length: 5_000 }, () => jobRow(tenantId)));
      // All tables: one that is analyzed on the way changes what the plans before and after it are taken to cost.
      await pool.query('analyze');
      const claim = { owner: 'w', leaseMs: 60_000 };
      for (let limit = 20; limit < 40; limit += 1) {
        expect(await queue.claim({ ...claim, limit })).toHaveLength(limit);
        const rooms = new Map([[tenantId, 5]]);
        expect(await queue.claim({ ...claim, limit, rooms })).toHaveLength(5);
      }
      const { rows } = await pool.query<{ name: string; isKept: boolean }>(
        `select name, generic_plans >= 5 as "isKept" from pg_prepared_statements where name like 'queue-claim%'`,
      );
      expect(Object.fromEntries(rows.map(({ name, isKept }) => [name, isKept]))).toEqual({
        'queue-claim': true,
        'queue-claim-shared': true,
      });
    } finally {
      await pool.end();
    }
  });

  it('never read whole tables, which a prepared statement would go on doing as they grow', async () => {
    await using young = await createTestDatabase('postgres');
    const pool = openPool(young.databaseUrl, 1);
    try {
      await doEverything(pool);
      const plans = await preparedPlans(pool);
      expect([...plans.keys()]).toEqual(expect.arrayContaining(everything));
      for (const [name, plan] of plans)
        // A sequence has one row.
        expect(plan.replaceAll('Seq Scan on virtual_time', ''), name).not.toContain('Seq Scan on');
    } finally {
      await pool.end();
    }
  });

  it('find what a shared claim takes by key, not by going through the backlog for each job', async () => {
    await using young = await createTestDatabase('postgres');
    const pool = openPool(young.databaseUrl, 1);
    try {
      await doEverything(pool);
      const plan = (await preparedPlans(pool)).get('queue-claim-shared');
      const taken = plan?.split(/^ *CTE /m).find((part) => part.startsWith('taken'));
      expect(taken).toContain('Index Scan using job_pkey on job');
      expect(taken).not.toContain('job_ready');
    } finally {
      await pool.end();
    }
  });
});

const everything = [
  'queue-submit',
  'queue-book-turns',
  'queue-claim',
  'queue-claim-shared',
  'queue-advance',
  'queue-answer',
  'queue-heartbeat',
  'queue-load-history',
  'queue-over-children',
  'queue-reap',
  'queue-tail-tenant',
  'queue-tail-jobs',
];

/** Has a pool of one connection prepare what processes ask with all the time. */
async function doEverything(pool: pg.Pool): Promise<void> {
  const queue = silentQueue(pool);
  const tenantId = newId();
  await queue.submit([jobRow(tenantId), jobRow(tenantId)]);
  const claim = { owner: 'w', limit: 1, leaseMs: 60_000 };
  const [parent] = await queue.claim(claim);
  const [other] = await queue.claim({ ...claim, rooms: new Map([[tenantId, 0]]) });
  if (parent === undefined) throw new Error('nothing was claimed');
  expect(other).toBeUndefined();
  const { jobId, epoch, wakes } = parent;
  const held = { jobId, epoch };
  await queue.loadHistories([jobId]);
  await queue.heartbeat({ held: [held], leaseMs: 60_000 });
  await queue.checkpoint(held, { journal: [{ key: 'k', value: 1 }] });
  await queue.park(held, {}, { wakes });
  await queue.answerParents(10);
  await answerWaits(onPool(pool), { tenantId, waits: [{ jobId, key: 'k' }], value: 1 });
  await queue.reap(10);
  await queue.hasQuarantined();
  await tailTenantEvents(pool, { tenantId, limit: 10 });
  await tailJobEvents(pool, { tenantId, places: [{ jobId, afterSeq: 0 }], limit: 10 });
}

/** The plans that the connection keeps for any values, by statement. */
async function preparedPlans(pool: pg.Pool): Promise<ReadonlyMap<string, string>> {
  await pool.query('set plan_cache_mode = force_generic_plan');
  const { rows } = await pool.query<{ name: string; count: number }>(
    `select name, cardinality(parameter_types) as count from pg_prepared_statements where name like 'queue-%'`,
  );
  const plans = new Map<string, string>();
  for (const { name, count } of rows) {
    const values = Array.from({ length: count }, () => 'null').join(', ');
    const plan = await pool.query<{ 'QUERY PLAN': string }>(
      `explain execute "${name}"${count > 0 ? ` (${values})` : ''}`,
    );
    plans.set(name, plan.rows.map((row) => row['QUERY PLAN']).join('\n'));
  }
  return plans;
}
