import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, writeFile, mkdir, copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { measureNames, measures, type Group } from '../../core/analytics/measures.ts';
import type { Database } from '../../kernel/database/database.ts';
import { newId } from '../../kernel/ids.ts';
import { answer } from '../../warehouse/answer/answer.ts';
import { holdBucket } from '../../warehouse/bucket/hold-bucket.ts';
import { openS3 } from '../../warehouse/bucket/s3.ts';
import { compactAll } from '../../warehouse/compact.ts';
import { createCopier } from '../../warehouse/copy/copier.ts';
import { tableNames, tenantFolder } from '../../warehouse/files/layout.ts';
import { openTestBucket } from '../support/bucket.ts';
import { createTestDatabase, hasPostgres, type TestDatabase } from '../support/database.ts';
import { silentQueue } from '../support/jobs.ts';
import { sealAll } from '../support/seal-all.ts';
import { openTestServices, type TestServices } from '../support/verb-context.ts';
import { publishTestAgent, startTestWorker, type TestAgent } from '../support/worker.ts';
import { openTestWarehouse, type TestWarehouse } from '../support/warehouse.ts';
import { until } from '../support/until.ts';

const stack = new AsyncDisposableStack();
let test: TestDatabase;
let database: Database;
let services: TestServices;

beforeAll(async () => {
  test = stack.use(await createTestDatabase());
  ({ database } = test);
  services = stack.use(openTestServices(database));
});
afterAll(() => stack.disposeAsync());

const steps = `do:
  - first: {set: {done: true}}
  - second: {set: {done: again}}
`;

/** Runs jobs of the agent to their end, and seals what they left. */
async function runJobs(agent: TestAgent, count: number): Promise<void> {
  await using worker = startTestWorker(database, () =>
    Promise.reject(new Error('nothing is called')),
  );
  const rows = Array.from({ length: count }, () => agent.row());
  await worker.services.queue.submit(rows);
  await untilEnded(agent.tenantId, count);
  await sealAll(services);
}

function untilEnded(tenantId: string, count: number): Promise<unknown> {
  return until('all jobs have ended', async () => {
    const { rows } = await database.pool.query<{ n: number }>(
      'select count(*)::int as n from jobs.job where tenant_id = $1 and finished_at is not null',
      [tenantId],
    );
    return rows[0]?.n === count;
  });
}

/** Jobs that never ran but ended, as many as a test wants quickly. */
async function endJobs(agent: TestAgent, count: number): Promise<void> {
  await using queue = silentQueue(database.pool);
  await queue.submit(Array.from({ length: count }, () => agent.row()));
  await database.pool.query(
    `update jobs.job set state = 'FAILED', finished_at = now(), run_at = null where tenant_id = $1 and finished_at is null`,
    [agent.tenantId],
  );
  await sealAll(services);
}

/** What the database itself has, to compare with. */
async function truth(tenantId: string): Promise<{ events: number; jobs: number }> {
  const { rows } = await database.pool.query<{ events: number; jobs: number }>(
    `select (select count(*)::int from jobs.story where tenant_id = $1) as events,
       (select count(*)::int from audit.event where tenant_id = $1 and action = 'job.end') as jobs`,
    [tenantId],
  );
  return rows[0] ?? { events: 0, jobs: 0 };
}

async function filesBelow(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map(({ name, parentPath }) => join(parentPath, name));
}

describe('a warehouse', () => {
  let agent: TestAgent;
  let warehouse: TestWarehouse;

  beforeAll(async () => {
    agent = await publishTestAgent(database, steps);
    await runJobs(agent, 6);
    warehouse = stack.use(await openTestWarehouse(database));
    await warehouse.copyAll();
  });

  it('tells jobs by outcome, their durations and waits', async () => {
    const jobs = await warehouse.ask(agent.tenantId, { measure: 'JOBS', groupBy: 'STATE' });
    expect(jobs).toMatchObject({ unit: 'COUNT', isCut: false });
    expect(jobs.series).toEqual([
      { key: 'SUCCEEDED', points: [expect.objectContaining({ count: 6, sum: null, p50: null })] },
    ]);
    const waits = await warehouse.ask(agent.tenantId, { measure: 'JOB_WAIT', groupBy: 'AGENT' });
    const [point] = waits.series[0]?.points ?? [];
    expect(waits.series[0]?.key).toBe('agent');
    expect(point?.p50).toBeGreaterThanOrEqual(0);
    expect(point?.p99).toBeGreaterThanOrEqual(point?.p50 ?? 0);
  });

  it('tells steps with the time from their begin to their end', async () => {
    const { series } = await warehouse.ask(agent.tenantId, {
      ...{ measure: 'STEP_DURATION', groupBy: 'TASK', every: 'DAY' },
    });
    expect(series.map(({ key }) => key).toSorted()).toEqual(['/do/0/first', '/do/1/second']);
    for (const { points } of series) {
      expect(points.reduce((sum, { count }) => sum + count, 0)).toBe(6);
      for (const { p50 } of points) expect(p50).toBeTypeOf('number');
    }
  });

  it('has each event once', async () => {
    const counts = await warehouse.counts(agent.tenantId);
    const { events, jobs } = await truth(agent.tenantId);
    expect(counts).toMatchObject({ EVENTS: events, JOBS: jobs, STEPS: 12 });
  });

  it('tells calls with their integration, model and tokens, and approvals with the time they took', async () => {
    const { tenantId } = await publishTestAgent(database, steps);
    const ids = { integration: newId(), call: newId(), approval: newId(), job: newId() };
    const told = (action: string, target: string, data: object): Promise<unknown> =>
      database.pool.query(
        `insert into audit.event (tenant_id, id, action, actor_kind, actor_id, actor_name, target_kind, target_id, data)
         values ($1, audit.new_id(), $2, 'system', 'operandi', 'operandi', 'thing', $3, $4)`,
        [tenantId, action, target, data],
      );
    await database.pool.query(
      `insert into integrations.integration (tenant_id, id, name, kind, config) values ($1, $2, 'models', 'llm', '{}')`,
      [tenantId, ids.integration],
    );
    await database.pool.query(
      `insert into integrations.call (tenant_id, id, integration_id, operation, attempts, duration_ms)
       values ($1, $2, $3, 'complete', 2, 1500)`,
      [tenantId, ids.call, ids.integration],
    );
    await database.pool.query(
      `insert into jobs.approval (tenant_id, id, job_id, key, title, created_at)
       values ($1, $2, $3, 'k', 'A secret title', now() - interval '90 s')`,
      [tenantId, ids.approval, ids.job],
    );
    const model = { model: 'small-1', promptDigest: 'aa', inputTokens: 30, outputTokens: 12 };
    const call = { operation: 'complete', call: ids.call };
    await told('integration.call', ids.integration, { ...call, phase: 'intent' });
    const outcome = { ...call, phase: 'outcome', state: 'FAILED', status: 500, model };
    await told('integration.call', ids.integration, outcome);
    await told('approval.decide', ids.approval, { approve: true, isLast: false });
    await told('approval.decide', ids.approval, { approve: true, isLast: true });
    await told('approval.decide', ids.approval, { denied: ['APPROVALS_DECIDE'] });
    await sealAll(services);
    await warehouse.copyAll();
    expect(await warehouse.counts(tenantId)).toMatchObject({
      ...{ CALLS: 1, CALL_FAILURES: 1, CALL_DURATION: 1, MODEL_TOKENS: 1 },
      ...{ APPROVALS: 1, APPROVAL_TIME: 1 },
    });
    const one = async (question: Parameters<TestWarehouse['ask']>[1]) => {
      const { series } = await warehouse.ask(tenantId, question);
      return { key: series[0]?.key, ...series[0]?.points[0] };
    };
    expect(await one({ measure: 'CALL_DURATION', groupBy: 'INTEGRATION' })).toMatchObject({
      ...{ key: 'models', p50: 1500, sum: 1500 },
    });
    expect(await one({ measure: 'MODEL_TOKENS', groupBy: 'MODEL' })).toMatchObject({
      ...{ key: 'small-1', sum: 42 },
    });
    const time = await one({ measure: 'APPROVAL_TIME', groupBy: 'STATE' });
    expect(time).toMatchObject({ key: 'APPROVED' });
    expect(time.p50).toBeGreaterThanOrEqual(90_000);
  });

  it('never holds an input, an output or a name of a person', async () => {
    const mark = `mark-${newId()}`;
    await using worker = startTestWorker(database, () =>
      Promise.reject(new Error('nothing is called')),
    );
    const row = agent.row({ mark });
    await worker.services.queue.submit([{ ...row, audit: { ...row.audit, actorName: mark } }]);
    await untilEnded(agent.tenantId, 7);
    await sealAll(services);
    await using other = await openTestWarehouse(database);
    await other.copyAll();
    const duckDb = other.services.duckDb.connection;
    const folder = tenantFolder(other.root, agent.tenantId);
    const written = await filesBelow(folder);
    for (const table of tableNames) {
      const files = `${folder}/table=${table}/*/*.parquet`;
      if (!written.some((path) => path.includes(`table=${table}`))) continue;
      const found = await duckDb.runAndReadAll(
        `select count(*) from (select t::varchar as line from read_parquet($files) t) where contains(line, $mark)`,
        { files, mark },
      );
      expect([table, found.getRows()[0]?.[0]]).toEqual([table, 0n]);
    }
  });

  it('shows no row of another tenant, neither by a question nor to whom asks with files of another', async () => {
    const stranger = await publishTestAgent(database, steps);
    await endJobs(stranger, 3);
    await warehouse.copyAll();
    const { series } = await warehouse.ask(stranger.tenantId, { measure: 'JOBS' });
    expect(series[0]?.points[0]?.count).toBe(3);
    const foreign = (await filesBelow(tenantFolder(warehouse.root, agent.tenantId))).filter(
      (path) => path.includes('table=jobs') && path.endsWith('.parquet'),
    );
    expect(foreign.length).toBeGreaterThan(0);
    const folder = tenantFolder(warehouse.root, stranger.tenantId);
    const question = { measure: 'JOBS', from: 0, to: Date.now() } as const;
    const limits = { threads: 1, memoryMb: 128 };
    for (const path of [
      ...foreign,
      `${folder}/../${foreign[0]?.slice(warehouse.root.length + 1) ?? ''}`,
    ])
      for (const files of [
        { rows: [path], sums: [] },
        { rows: [], sums: [path] },
      ])
        expect(await answer({ folder, files, question, ...limits })).toMatchObject({
          ...{ kind: 'failed', message: expect.stringMatching(/Permission Error/) as unknown },
        });
  });

  it('takes names and values of a question as values', async () => {
    const odd = `x') or 1=1 --'; "`;
    const { series } = await warehouse.ask(agent.tenantId, {
      measure: 'CALLS',
      filter: { integrations: [odd], agents: ['agent', odd], states: [odd] },
    });
    expect(series).toEqual([]);
  });

  it('refuses what a measure knows nothing of, and what would be too much, by the path', async () => {
    const ask = (question: Parameters<TestWarehouse['ask']>[1]) =>
      warehouse.ask(agent.tenantId, question);
    await expect(ask({ measure: 'JOBS', groupBy: 'MODEL' })).rejects.toMatchObject({
      ...{ code: 'BAD_USER_INPUT', path: 'groupBy' },
    });
    await expect(ask({ measure: 'JOBS', filter: { tasks: ['x'] } })).rejects.toMatchObject({
      ...{ code: 'BAD_USER_INPUT', path: 'filter.tasks' },
    });
    await expect(ask({ measure: 'JOBS', every: 'MINUTE' })).rejects.toMatchObject({
      ...{ code: 'LIMIT_EXCEEDED', path: 'every' },
    });
    const [from, to] = ['1970-01-01T00:00:00Z', '2026-01-01T00:00:00Z'];
    await expect(ask({ from, to })).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED', path: 'from' });
  });

  it('puts files together without a change of what is told', async () => {
    await using small = await openTestWarehouse(database, { limits: { events: 4, seals: 4 } });
    await small.copyAll();
    const before = await small.counts(agent.tenantId);
    const files = await filesBelow(tenantFolder(small.root, agent.tenantId));
    const tomorrow = new Date(Date.now() + 86_400_000);
    await compactAll(small.services, small.copier.tenants, {
      ...{ now: tomorrow, signal: new AbortController().signal },
    });
    const after = await filesBelow(tenantFolder(small.root, agent.tenantId));
    expect(after.length).toBeLessThan(files.length);
    expect(await small.counts(agent.tenantId)).toEqual(before);
    // As if it had been broken off between the two: the old file is there beside the new one.
    const merged = after.find((path) => path.includes('table=events')) ?? '';
    const [, first = ''] = /(\d{12})-\d{12}\.parquet$/.exec(merged) ?? [];
    await copyFile(merged, merged.replace(/\d{12}-\d{12}/, `${first}-${first}`));
    expect(await small.counts(agent.tenantId)).toEqual(before);
  });

  it('tells from the sums of days exactly what it tells from their rows', async () => {
    await using own = await openTestWarehouse(database);
    await own.copyAll();
    const questions = (['DAY', null] as const).flatMap((every) =>
      measureNames.flatMap((measure) =>
        [null, ...(Object.keys(measures[measure].groups) as Group[])].flatMap((groupBy) => [
          { measure, groupBy, every },
          ...(measure.startsWith('JOB')
            ? [{ measure, groupBy, every, filter: { agents: ['agent', 'other'] } }]
            : []),
        ]),
      ),
    );
    // In turn, as so many may not wait.
    const all = async () => {
      const answers = [];
      for (const question of questions)
        answers.push(await own.ask(agent.tenantId, { ...span, ...question }));
      return answers;
    };
    // Fixed, so that both askings are the same.
    const span = {
      from: '2020-01-01T00:00:00Z'.replace('2020', String(new Date().getUTCFullYear() - 1)),
      to: new Date(Date.now() + 86_400_000).toISOString(),
    };
    const shown = (answers: Awaited<ReturnType<typeof all>>) =>
      answers.map(({ series, isCut }, at) => ({ of: questions[at], series, isCut }));
    const before = shown(await all());
    const signal = new AbortController().signal;
    const compact = () =>
      compactAll(own.services, own.copier.tenants, {
        now: new Date(Date.now() + 86_400_000),
        signal,
      });
    await compact();
    const sums = async () =>
      (await filesBelow(tenantFolder(own.root, agent.tenantId))).filter((path) =>
        path.includes('/sums=jobs/'),
      );
    expect(await sums()).toHaveLength(1);
    // The sums are what is read: without its rows the day is still told.
    const rows = (await filesBelow(tenantFolder(own.root, agent.tenantId))).filter((path) =>
      /table=\w+\/.*\.parquet$/.test(path),
    );
    expect(shown(await all())).toEqual(before);
    for (const path of rows) await writeFile(path, 'not Parquet');
    const { series } = await own.ask(agent.tenantId, { ...span, measure: 'JOBS', every: 'DAY' });
    expect(series).toEqual(before.find(({ of }) => of?.measure === 'JOBS')?.series);
  });

  it('ends a query that takes too long and says so', async () => {
    await using slow = await openTestWarehouse(database, { answers: { deadlineMs: 1 } });
    await slow.copyAll();
    await expect(slow.ask(agent.tenantId, { measure: 'EVENTS' })).rejects.toMatchObject({
      ...{
        code: 'LIMIT_EXCEEDED',
        message: expect.stringMatching(/took longer than 1 ms/) as unknown,
      },
    });
  });

  it('goes on with other tenants where the files of one are damaged', async () => {
    const [poisoned, sound] = [
      await publishTestAgent(database, steps),
      await publishTestAgent(database, steps),
    ];
    await endJobs(poisoned, 2);
    await endJobs(sound, 2);
    await using own = await openTestWarehouse(database);
    await own.copyAll();
    // A folder stands where a file of the next portion would be put.
    const day = (await filesBelow(tenantFolder(own.root, poisoned.tenantId))).find((path) =>
      path.includes('table=jobs'),
    );
    await mkdir(day?.replace(/\d{12}-\d{12}/, '000000000002-000000000002') ?? '');
    await endJobs(poisoned, 2);
    await endJobs(sound, 2);
    await own.copyAll();
    expect((await own.counts(sound.tenantId))['JOBS']).toBe(4);
    expect((await own.counts(poisoned.tenantId))['JOBS']).toBe(2);
    expect(own.copier.failing).toBe(1);
  });

  it('forgets a tenant that is deleted, and begins anew after a restore', async () => {
    const gone = await publishTestAgent(database, steps);
    await endJobs(gone, 2);
    await using own = await openTestWarehouse(database);
    await own.copyAll();
    const folder = tenantFolder(own.root, gone.tenantId);
    const state = join(folder, '_state.json');
    const text = await readFile(state, 'utf8');
    await writeFile(state, text.replace(/"generation":\d+/, '"generation":9999'));
    const { signal } = new AbortController();
    const fresh = createCopier(own.services, { intervalMs: 100, signal });
    while (await fresh.turn());
    expect(await own.counts(gone.tenantId)).toMatchObject({ JOBS: 2 });
    for (const table of [
      'audit.seal',
      'jobs.event',
      'jobs.job',
      'jobs.agent_version',
      'jobs.agent',
    ])
      await database.pool.query(`delete from ${table} where tenant_id = $1`, [gone.tenantId]);
    await database.pool.query('delete from access.tenant where id = $1', [gone.tenantId]);
    await fresh.turn();
    await expect(readdir(folder)).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

describe('a warehouse with a bucket', () => {
  const tomorrow = () => new Date(Date.now() + 86_400_000);
  const { signal } = new AbortController();

  it('keeps all of its files there, and goes on from there on a machine that has none', async () => {
    await using bucket = await openTestBucket();
    const agent = await publishTestAgent(database, steps);
    await endJobs(agent, 3);
    const wish = { bucket: bucket.settings, limits: { events: 4, seals: 4 } };
    const first = await openTestWarehouse(database, wish);
    await first.copyAll();
    await compactAll(first.services, first.copier.tenants, { now: tomorrow(), signal });
    const here = (await filesBelow(first.root)).map((path) => path.slice(first.root.length + 1));
    expect([...bucket.objects.keys()].toSorted()).toEqual(
      here.map((name) => `lake/${name}`).toSorted(),
    );
    const before = await first.counts(agent.tenantId);
    await first[Symbol.asyncDispose]();
    await endJobs(agent, 2);
    await using second = await openTestWarehouse(database, wish);
    await second.copyAll();
    const after = await second.counts(agent.tenantId);
    expect([before['JOBS'], after['JOBS']]).toEqual([3, 5]);
    expect(after['EVENTS']).toBe((await truth(agent.tenantId)).events);
  });

  it('loses and doubles nothing where the bucket fails at any request', async () => {
    await using bucket = await openTestBucket();
    const agent = await publishTestAgent(database, steps);
    await endJobs(agent, 6);
    let count = 0;
    // Each third request that writes is refused, for good as far as that try is concerned.
    bucket.fault = (method) => (method !== 'GET' && (count += 1) % 3 === 0 ? 403 : undefined);
    const wish = { bucket: bucket.settings, limits: { events: 8, seals: 4 } };
    // Whoever opens it anew waits for nobody.
    for (let at = 0; at < 5; at += 1) {
      await using some = await openTestWarehouse(database, wish);
      await some.copyAll();
      await compactAll(some.services, some.copier.tenants, { now: tomorrow(), signal });
    }
    bucket.fault = undefined;
    await using last = await openTestWarehouse(database, wish);
    await last.copyAll();
    const { events, jobs } = await truth(agent.tenantId);
    expect(await last.counts(agent.tenantId)).toMatchObject({ EVENTS: events, JOBS: jobs });
    expect(jobs).toBe(6);
  });

  it('lets one of two write, and the other goes on behind it', async () => {
    await using bucket = await openTestBucket();
    const agent = await publishTestAgent(database, steps);
    await endJobs(agent, 2);
    await using one = await openTestWarehouse(database, { bucket: bucket.settings });
    await using other = await openTestWarehouse(database, { bucket: bucket.settings });
    await one.copyAll();
    await other.copyAll();
    await endJobs(agent, 2);
    await one.copyAll();
    // What the other wrote last is not what is there.
    await other.copyAll();
    expect(other.copier.failing).toBe(1);
    await using third = await openTestWarehouse(database, { bucket: bucket.settings });
    await third.copyAll();
    expect((await third.counts(agent.tenantId))['JOBS']).toBe(4);
    const { url } = bucket.settings;
    const wrong = { accessKeyId: 'AKIATEST', secretAccessKey: 'guessed' };
    await using stranger = openS3({ ...bucket.settings, url, credential: wrong });
    await expect(stranger.list('')).rejects.toThrow(/403/);
  });

  it('is held by one process, and by the next when that one is silent', async () => {
    await using bucket = await openTestBucket();
    await using s3 = openS3(bucket.settings);
    const silentMs = 500;
    await using held = await holdBucket(s3, signal, { touchMs: 20, silentMs });
    await expect(holdBucket(s3, signal, { touchMs: 20, silentMs })).rejects.toMatchObject({
      code: 'CONFLICT',
    });
    await held.check();
    await held[Symbol.asyncDispose]();
    await using silent = await holdBucket(s3, signal, { touchMs: 600_000, silentMs });
    await using next = await holdBucket(s3, signal, { touchMs: 20, silentMs });
    await next.check();
    await expect(silent.check()).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  it('forgets there as well what a deleted tenant left', async () => {
    await using bucket = await openTestBucket();
    const gone = newId();
    bucket.objects.set(`lake/tenant=${gone}/_state.json`, Buffer.from('{}'));
    await using own = await openTestWarehouse(database, { bucket: bucket.settings });
    await own.copyAll();
    expect([...bucket.objects.keys()].filter((key) => key.includes(gone))).toEqual([]);
  });
});

describe.runIf(hasPostgres)('a warehouse that is killed', () => {
  it('goes on without lost or doubled rows, whenever that happens', async () => {
    const agent = await publishTestAgent(database, steps);
    await endJobs(agent, 50);
    await using warehouse = await openTestWarehouse(database);
    const entry = fileURLToPath(new URL('../support/fixtures/copy-warehouse.ts', import.meta.url));
    let isDone = false;
    let kills = 0;
    while (!isDone) {
      const child = spawn(process.execPath, [entry, test.databaseUrl ?? '', warehouse.root], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const ended = once(child, 'exit');
      let told = '';
      child.stdout.on('data', (chunk: Buffer) => (told += chunk.toString('utf8')));
      // Some files further than at the last kill, so that it gets to the end.
      const before = (await filesBelow(warehouse.root)).length;
      const killed = until('it has written some', async () => {
        const now = (await filesBelow(warehouse.root).catch(() => [])).length;
        return child.exitCode !== null || now > before + 3 + Math.floor(Math.random() * 40);
      }).then(() => child.kill('SIGKILL'));
      await Promise.all([ended, killed]);
      isDone = told.includes('done');
      kills += isDone ? 0 : 1;
    }
    expect(kills).toBeGreaterThan(0);
    const counts = await warehouse.counts(agent.tenantId);
    const { events, jobs } = await truth(agent.tenantId);
    expect(counts).toMatchObject({ EVENTS: events, JOBS: jobs });
    expect(jobs).toBe(50);
    // Nothing is left of what was broken off, for tools that read every file.
    const left = (await filesBelow(warehouse.root)).filter((path) => path.includes('.draft-'));
    expect(left).toEqual([]);
  });
});
