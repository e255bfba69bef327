import { fileURLToPath } from 'node:url';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, hasPostgres, type TestDatabase } from '../support/database.ts';
import { jobEvents, jobState, silentQueue } from '../support/jobs.ts';
import { superviseWorker } from '../support/supervise.ts';
import { until } from '../support/until.ts';
import { publishTestAgent } from '../support/worker.ts';

const shell = (command: string) => `do:\n  - step: {run: {shell: {command: '${command}'}}}\n`;

const call = (args: string) =>
  `do:\n  - step: {call: integration, with: {integration: i, operation: o, arguments: ${args}}}\n`;
const program = fileURLToPath(new URL('../support/fixtures/mute-worker.ts', import.meta.url));

const untilOver = (pool: pg.Pool): Promise<true> =>
  until(
    'all jobs are over',
    async () => {
      const { rows } = await pool.query<{ left: number }>(
        `select count(*)::int as left from jobs.job where state not in ('SUCCEEDED', 'FAILED', 'DEAD')`,
      );
      return rows[0]?.left === 0;
    },
    300_000,
  );

/** Every pair of end and lost attempts that jobs of a tenant have. */
const endsOf = async (pool: pg.Pool, tenantId: string): Promise<unknown[]> => {
  const { rows } = await pool.query<{ state: string; attempt: number }>(
    'select distinct state::text, attempt from jobs.job where tenant_id = $1',
    [tenantId],
  );
  return rows;
};

describe.runIf(hasPostgres)('a job that kills what runs it', () => {
  let test: TestDatabase;
  beforeAll(async () => {
    test = await createTestDatabase('postgres');
  });
  afterAll(() => test[Symbol.asyncDispose]());

  it('is alone dead with its cause, while ten jobs of another tenant beside it lose no attempt', async () => {
    const { database, databaseUrl = '' } = test;
    const poison = await publishTestAgent(database, shell('sleep 0.3; kill -9 $PPID'));
    const innocent = await publishTestAgent(database, shell('sleep 0.5'));
    const poisonJob = { ...poison.row(), maxAttempts: 2 };
    const innocentJobs = Array.from({ length: 10 }, () => innocent.row());
    await silentQueue(database.pool).submit([poisonJob, ...innocentJobs]);

    await using supervised = superviseWorker({
      databaseUrl,
      environment: { OPERANDI_ALLOW_RUN: 'shell', OPERANDI_RUN_ISOLATION: 'unsafe' },
    });
    await untilOver(database.pool);

    expect(await endsOf(database.pool, innocent.tenantId)).toEqual([
      { state: 'SUCCEEDED', attempt: 0 },
    ]);
    expect(await jobState(database.pool, poisonJob.jobId)).toMatchObject({
      state: 'DEAD',
      attempt: 2,
      error: { title: 'Worker died', detail: expect.stringContaining('signal SIGKILL') as string },
    });
    const events = await jobEvents(database.pool, poisonJob.jobId);
    expect(events.map(({ type }) => type).filter((type) => /\.job\./.test(type))).toEqual([
      'dev.operandi.job.queued.v1',
      'dev.operandi.job.interrupted.v1',
      'dev.operandi.job.quarantined.v1',
      'dev.operandi.job.attempt-lost.v1',
      'dev.operandi.job.dead.v1',
    ]);
    // Twice beside others, then never again: what it kills from then on is its own lane.
    expect(supervised.deaths()).toBe(2);
  });

  it('is found while the thread stands still, dead with that cause, and no other is charged even a loss', async () => {
    const { database, databaseUrl = '' } = test;
    const poison = await publishTestAgent(database, call('{mute: true}'));
    const innocent = await publishTestAgent(database, call('{}'));
    const poisonJob = { ...poison.row(), maxAttempts: 1 };
    const innocentJobs = Array.from({ length: 10 }, () => innocent.row());
    await silentQueue(database.pool).submit([...innocentJobs, poisonJob]);

    await using supervised = superviseWorker({
      databaseUrl,
      program,
      environment: { OPERANDI_MUTE_MS: '8000', OPERANDI_LEASE_MS: '60000' },
    });
    await untilOver(database.pool);

    expect(await endsOf(database.pool, innocent.tenantId)).toEqual([
      { state: 'SUCCEEDED', attempt: 0 },
    ]);
    const dead = await jobState(database.pool, poisonJob.jobId);
    expect(dead).toMatchObject({ state: 'DEAD', attempt: 1, error: { title: 'Worker died' } });
    expect(JSON.stringify(dead.error)).toContain('stood still');
    const charged = await database.pool.query(
      `select distinct job_id from jobs.event where type ~ 'interrupted|quarantined|attempt-lost' and tenant_id in ($1, $2)`,
      [poison.tenantId, innocent.tenantId],
    );
    expect(charged.rows).toEqual([{ job_id: poisonJob.jobId }]);
    expect(supervised.output()).toContain('"culprit":"' + poisonJob.jobId);
    expect(supervised.deaths()).toBe(1);
  });

  it('is found by an error that nobody catches, dead with that cause, and no other is charged even a loss', async () => {
    const { database, databaseUrl = '' } = test;
    const poison = await publishTestAgent(database, call('{stray: true}'));
    const innocent = await publishTestAgent(database, call('{}'));
    const poisonJob = { ...poison.row(), maxAttempts: 1 };
    await silentQueue(database.pool).submit([
      ...Array.from({ length: 10 }, () => innocent.row()),
      poisonJob,
    ]);

    await using supervised = superviseWorker({ databaseUrl, program });
    await untilOver(database.pool);

    expect(await endsOf(database.pool, innocent.tenantId)).toEqual([
      { state: 'SUCCEEDED', attempt: 0 },
    ]);
    const dead = await jobState(database.pool, poisonJob.jobId);
    expect(dead).toMatchObject({ state: 'DEAD', attempt: 1, error: { title: 'Worker died' } });
    expect(JSON.stringify(dead.error)).toContain('RangeError');
    expect(supervised.output()).toContain('an error was caught by nobody');
    expect(supervised.deaths()).toBe(1);
  });
});
