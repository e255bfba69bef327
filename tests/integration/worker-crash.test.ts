import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type pg from 'pg';
import { migrateDatabase, openDatabase } from '../../kernel/database/database.ts';
import { hasPostgres } from '../support/database.ts';
import { silentQueue } from '../support/jobs.ts';
import { silentLog } from '../support/log.ts';
import { startGuarded } from '../support/process.ts';
import type { GuardedProcess } from '../support/process.ts';
import { sized } from '../support/soak.ts';
import { startPostgres } from '../support/start-postgres.ts';
import { until } from '../support/until.ts';
import { publishTestAgent } from '../support/worker.ts';

const jobCount = sized(75, 300);
const stepCount = 3;
/** A busy machine must not keep a worker that lives from renewing in time. */
const leaseMs = 8_000;
const program = fileURLToPath(new URL('../support/fixtures/crash-worker.ts', import.meta.url));

/** An outside system that counts what it received under each idempotency key. */
async function startLedger() {
  const posts = new Map<string, number>();
  const server = createServer((request, response) => {
    const key = String(request.headers['idempotency-key']);
    posts.set(key, (posts.get(key) ?? 0) + 1);
    setTimeout(() => response.end(key), 15);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no address');
  return {
    posts,
    url: `http://127.0.0.1:${address.port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

interface CrashWorkerOptions {
  readonly databaseUrl: string;
  readonly ledgerUrl: string;
  readonly folder: string;
}

function startCrashWorker(options: CrashWorkerOptions): Promise<GuardedProcess> {
  const { databaseUrl, ledgerUrl, folder } = options;
  const command = [process.execPath, program, databaseUrl, ledgerUrl, String(leaseMs)];
  return startGuarded({ command, stopSignal: 'KILL', folder });
}

/** Asks again while the database is away. */
async function persist<T>(ask: () => Promise<T>): Promise<T> {
  return until('the database answers', async () => {
    try {
      return { answer: await ask() };
    } catch {
      return undefined;
    }
  }).then(({ answer }) => answer);
}

const numberOf = async (pool: pg.Pool, query: string, values: unknown[] = []): Promise<number> => {
  const { rows } = await persist(() => pool.query<{ n: number }>(query, values));
  return rows[0]?.n ?? 0;
};

describe.runIf(hasPostgres)('workers that die', () => {
  it('lose no job and repeat no recorded effect, whoever is killed, stopped or restarted', async () => {
    await using server = await startPostgres({ isDurable: true });
    await using ledger = await startLedger();
    if (server === undefined) throw new Error('no PostgreSQL');
    const databaseUrl = server.urlOf('postgres');
    const config = { databaseUrl, dataDir: '', databasePoolSize: 4 };
    await migrateDatabase(config, silentLog);
    await using database = await openDatabase(config, silentLog);
    const { pool } = database;
    const tasks = Array.from(
      { length: stepCount },
      (_, n) =>
        `  - step${n}: {call: integration, with: {integration: ledger, operation: post, arguments: {n: ${n}}}}\n`,
    );
    const agent = await publishTestAgent(database, `do:\n${tasks.join('')}`);
    const rows = Array.from({ length: jobCount }, () => agent.row());
    await silentQueue(pool).submit(rows);

    await using stack = new AsyncDisposableStack();
    const folder = await mkdtemp(join(tmpdir(), 'operandi-test-'));
    stack.defer(() => rm(folder, { recursive: true, force: true }));
    const start = async () => {
      const worker = await startCrashWorker({ databaseUrl, ledgerUrl: ledger.url, folder });
      stack.defer(() => worker.stop());
      return worker;
    };
    const workers = [await start(), await start(), await start()];
    const progress = (share: number) =>
      until(
        `${share} of the effects are recorded`,
        async () => {
          const recorded = await numberOf(pool, 'select count(*)::int as n from jobs.journal');
          return recorded >= share * jobCount * stepCount;
        },
        120_000,
      );
    const killAndReplace = async (index: number) => {
      workers[index]?.kill('SIGKILL');
      workers[index] = await start();
    };
    const idOf = (worker: GuardedProcess | undefined) =>
      until('the worker tells its name', () => /id=(\S+)/.exec(worker?.output() ?? '')?.[1]);

    await progress(0.1);
    await killAndReplace(0);
    await progress(0.25);
    const frozen = workers[1];
    const frozenId = await idOf(frozen);
    await until(
      'the worker holds jobs',
      async () =>
        (await numberOf(pool, 'select count(*)::int as n from jobs.job where owner = $1', [
          frozenId,
        ])) > 0,
    );
    frozen?.kill('SIGSTOP');
    await until(
      'its jobs are taken away',
      async () =>
        (await numberOf(pool, 'select count(*)::int as n from jobs.job where owner = $1', [
          frozenId,
        ])) === 0,
    );
    frozen?.kill('SIGCONT');
    await progress(0.5);
    await server.crashAndRestart();
    await progress(0.7);
    await killAndReplace(0);
    await killAndReplace(2);
    await until(
      'all jobs are over',
      async () => {
        const left = await numberOf(
          pool,
          `select count(*)::int as n from jobs.job where state <> 'SUCCEEDED'`,
        );
        return left === 0;
      },
      120_000,
    );
    await stack.disposeAsync();

    const { rows: journal } = await pool.query<{ key: string }>(
      `select job_id || ':' || key as key from jobs.journal`,
    );
    expect(journal).toHaveLength(jobCount * stepCount);
    expect([...ledger.posts.keys()].sort()).toEqual(journal.map(({ key }) => key).sort());
    const posts = [...ledger.posts.values()].reduce((sum, count) => sum + count, 0);
    expect(posts - journal.length).toBeLessThan(jobCount);

    const { rows: stories } = await pool.query<Story>(
      `select array_agg(seq order by seq) as seqs, count(*) filter (where type like '%workflow.completed%')::int as ends,
         (array_agg(type order by seq desc))[1] as last, count(distinct key)::int as keys, count(key)::int as keyed
       from jobs.story group by job_id`,
    );
    expect(stories).toHaveLength(jobCount);
    for (const { seqs, ends, last, keys, keyed } of stories) {
      expect(seqs).toEqual(seqs.map((_, index) => index + 1));
      expect({ ends, last }).toEqual({
        ends: 1,
        last: 'io.serverlessworkflow.workflow.completed.v1',
      });
      expect(keys).toBe(keyed);
    }
  }, 400_000);
});

interface Story {
  readonly seqs: readonly number[];
  readonly ends: number;
  readonly last: string;
  readonly keys: number;
  readonly keyed: number;
}
