import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '../../kernel/ids.ts';
import { advanceStatement } from '../../queue/advance-statement.ts';
import { heartbeatStatement } from '../../queue/heartbeat.ts';
import type { Statement } from '../../queue/statement.ts';
import { createTestDatabase, hasPostgres } from '../support/database.ts';
import type { TestDatabase } from '../support/database.ts';
import { jobRow, silentQueue } from '../support/jobs.ts';

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

describe.runIf(hasPostgres)('plans of the hot path', () => {
  let test: TestDatabase;
  beforeAll(async () => {
    test = await createTestDatabase('postgres');
  });
  afterAll(() => test[Symbol.asyncDispose]());

  const hot = [
    { name: 'a checkpoint', statement: advanceStatement, values: ['[]', '[]', '[]', '[]'] },
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
});
