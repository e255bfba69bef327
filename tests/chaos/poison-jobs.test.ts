import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startProcess } from '../e2e/platform-processes.ts';
import { createTestDatabase, hasPostgres, type TestDatabase } from '../support/database.ts';
import { jobEvents, jobState, silentQueue } from '../support/jobs.ts';
import { until } from '../support/until.ts';
import { publishTestAgent } from '../support/worker.ts';

const shell = (command: string) => `do:\n  - step: {run: {shell: {command: '${command}'}}}\n`;

/** A worker process under a supervisor: whenever it ends, another one starts. */
function superviseWorker(databaseUrl: string) {
  const stopping = new AbortController();
  let deaths = 0;
  let output = '';
  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await using worker = startProcess(['worker'], {
        DATABASE_URL: databaseUrl,
        DATABASE_POOL_SIZE: '4',
        NODE_ENV: 'production',
        OPERANDI_ALLOW_RUN: 'shell',
        OPERANDI_LEASE_MS: '2500',
        OPERANDI_POLL_MS: '100',
        OPERANDI_DRAIN_DELAY_MS: '0',
        OPERANDI_QUARANTINE_PROCESSES: '1',
        OPERANDI_ASSERTION_SECRET: randomBytes(32).toString('hex'),
        OPERANDI_MASTER_KEY: `k1:${randomBytes(32).toString('base64')}`,
      });
      const stopped = new Promise<null>((resolve) => {
        stopping.signal.addEventListener('abort', () => resolve(null), { once: true });
      });
      if ((await Promise.race([worker.exitCode, stopped])) !== null) await delay(50);
      if (!stopping.signal.aborted) deaths += 1;
      output += worker.output();
    }
  };
  const running = run();
  return {
    deaths: () => deaths,
    output: () => output,
    async [Symbol.asyncDispose]() {
      stopping.abort();
      await running;
    },
  };
}

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

    await using supervised = superviseWorker(databaseUrl);
    await until(
      'all jobs are over',
      async () => {
        const { rows } = await database.pool.query<{ left: number }>(
          `select count(*)::int as left from jobs.job where state not in ('SUCCEEDED', 'FAILED', 'DEAD')`,
        );
        return rows[0]?.left === 0;
      },
      80_000,
    );

    const { rows } = await database.pool.query(
      'select distinct state::text, attempt from jobs.job where tenant_id = $1',
      [innocent.tenantId],
    );
    expect(rows).toEqual([{ state: 'SUCCEEDED', attempt: 0 }]);
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
});
