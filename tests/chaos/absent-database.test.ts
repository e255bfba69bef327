import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openDatabase, type Database } from '../../kernel/database/database.ts';
import { createReadiness } from '../../kernel/readiness.ts';
import type { PerformCall } from '../../worker/outside.ts';
import { createTestDatabase, hasPostgres, type TestDatabase } from '../support/database.ts';
import { jobState, silentQueue } from '../support/jobs.ts';
import { recordingLog, silentLog } from '../support/log.ts';
import { startProxy } from '../support/proxy.ts';
import { until } from '../support/until.ts';
import { publishTestAgent, startTestWorker } from '../support/worker.ts';

const oneCall =
  'do:\n  - step: {call: integration, with: {integration: i, operation: o, arguments: {}}}\n';

describe.runIf(hasPostgres)('a database behind a network that fails', () => {
  let test: TestDatabase;
  beforeAll(async () => {
    test = await createTestDatabase('postgres');
  });
  afterAll(() => test[Symbol.asyncDispose]());
  beforeEach(() => test.database.pool.query('truncate jobs.job'));

  async function openThrough(url: string, databaseDeadlineMs = 500): Promise<Database> {
    const config = { databaseUrl: url, dataDir: '', databasePoolSize: 4, databaseDeadlineMs };
    return openDatabase({ ...config, databaseWaitMs: 30_000 }, silentLog);
  }

  it('is missed when its connections fall silent, and used again over new ones', async () => {
    await using proxy = await startProxy(test.databaseUrl ?? '');
    await using database = await openThrough(proxy.url);
    await database.pool.query('select 1');
    const transaction = database.asSystem(async (tx) => {
      await tx.$queryRaw`select 1`;
      proxy.silence();
      await tx.$queryRaw`select 1`;
    });
    await expect(transaction).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    const asked = () => database.pool.query('select 1').then(() => true);
    await until('it answers again', () => asked().catch(() => false), 30_000);
    await until('it takes transactions again', () =>
      database
        .asSystem((tx) => tx.$queryRaw`select 1`)
        .then(
          () => true,
          () => false,
        ),
    );
  });

  it('is told by readiness while it does not answer', async () => {
    await using proxy = await startProxy(test.databaseUrl ?? '');
    await using database = await openThrough(proxy.url);
    const ask = createReadiness({ database: () => database.check() });
    expect(await ask()).toEqual({ isReady: true, failing: [] });
    proxy.refuse(true);
    await until('it is not ready', async () => !(await ask()).isReady, 30_000);
    expect((await ask()).failing).toEqual(['database']);
    proxy.refuse(false);
    await until('it is ready again', async () => (await ask()).isReady, 30_000);
  });

  it('gets a job run that was submitted while the connections of the worker were silent', async () => {
    await using proxy = await startProxy(test.databaseUrl ?? '');
    await using database = await openThrough(proxy.url);
    const agent = await publishTestAgent(test.database, oneCall);
    await using worker = startTestWorker(database, () => Promise.resolve({}));
    const [first, second] = [agent.row(), agent.row()];
    const queue = silentQueue(test.database.pool);
    const succeeded = async (jobId: string) =>
      (await jobState(test.database.pool, jobId)).state === 'SUCCEEDED';
    await queue.submit([first]);
    await until('the first job is done', () => succeeded(first.jobId), 30_000);
    proxy.silence();
    await queue.submit([second]);
    await until('the second job is done', () => succeeded(second.jobId), 60_000);
    expect(worker.worker.id).toBeTypeOf('string');
  });

  it('is outlasted by a call that was under way: no effect is repeated and no attempt lost', async () => {
    await using proxy = await startProxy(test.databaseUrl ?? '');
    await using database = await openThrough(proxy.url);
    const agent = await publishTestAgent(test.database, oneCall);
    const calls: string[] = [];
    const back = Promise.withResolvers<undefined>();
    const perform: PerformCall = async (_, effect) => {
      calls.push(effect.idempotencyKey);
      proxy.refuse(true);
      await back.promise;
      return { ok: true };
    };
    await using worker = startTestWorker(database, perform);
    const row = agent.row();
    await silentQueue(test.database.pool).submit([row]);
    await until('the call is made', () => calls.length === 1, 30_000);
    // The answer comes while the database is away, and finds it away for longer than a few quick tries.
    back.resolve(undefined);
    await delay(3_000);
    proxy.refuse(false);
    const over = async () => (await jobState(test.database.pool, row.jobId)).state !== 'RUNNING';
    await until('the job is over', over, 60_000);
    expect(await jobState(test.database.pool, row.jobId)).toMatchObject({
      ...{ state: 'SUCCEEDED', attempt: 0, epoch: 1 },
    });
    expect(calls).toHaveLength(1);
    expect(worker.worker.jobCount).toBe(0);
  });

  it('is waited for at the start, which says so', async () => {
    await using proxy = await startProxy(test.databaseUrl ?? '');
    proxy.refuse(true);
    const { log, lines } = recordingLog();
    const config = { databaseUrl: proxy.url, dataDir: '', databasePoolSize: 2 };
    const opening = openDatabase({ ...config, databaseWaitMs: 60_000 }, log);
    await until('it says what it waits for', () =>
      lines.some((line) => /"reason":".*ECONN.*waiting for the database/.test(line)),
    );
    proxy.refuse(false);
    await using database = await opening;
    await database.check();
    expect(proxy.connections()).toBeGreaterThan(0);
  });

  it('is waited for when its connection falls silent while a process starts', async () => {
    await using proxy = await startProxy(test.databaseUrl ?? '');
    await using other = await test.database.pool.connect().then((client) => ({
      client,
      [Symbol.asyncDispose]: () => client.query('rollback').then(() => client.release()),
    }));
    await other.client.query('begin; lock table _prisma_migrations in access exclusive mode');
    const opening = openThrough(proxy.url);
    const looks = `select count(*)::int as n from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock'`;
    await until('the start looks', async () => {
      const { rows } = await test.database.pool.query<{ n: number }>(looks);
      return (rows[0]?.n ?? 0) > 0;
    });
    proxy.silence();
    await other.client.query('rollback');
    await using database = await opening;
    await database.check();
  });

  it('is not waited for when the start may not wait', async () => {
    await using proxy = await startProxy(test.databaseUrl ?? '');
    proxy.refuse(true);
    const config = { databaseUrl: proxy.url, dataDir: '', databasePoolSize: 2 };
    await expect(openDatabase({ ...config, databaseWaitMs: 0 }, silentLog)).rejects.toMatchObject({
      code: 'UNAVAILABLE',
    });
  });
});
