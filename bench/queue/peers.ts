import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import pg from 'pg';
import type { Kind, QueueEngine } from './engine.ts';

/* Other queues at the same work. Three steps are three writes of progress, each made durable before the next. */

const concurrency = 64;
const steps = [0, 1, 2];
const names: readonly Kind[] = ['noop', 'steps'];

/** Not imported by name, as the types of the peers are not installed with the product. */
async function load(name: string): Promise<unknown> {
  const peers = createRequire(new URL('../peers/package.json', import.meta.url));
  try {
    return await import(pathToFileURL(peers.resolve(name)).href);
  } catch (cause) {
    throw new Error('The peers are missing: npm --prefix bench/peers ci', { cause });
  }
}

interface BullJob {
  readonly id?: string;
  readonly name: string;
  readonly data: object;
  updateData(data: object): Promise<void>;
}

interface BullMq {
  readonly Queue: new (
    name: string,
    options: object,
  ) => {
    addBulk(jobs: readonly object[]): Promise<readonly BullJob[]>;
    add(name: string, data: object): Promise<BullJob>;
    close(): Promise<void>;
  };
  readonly Worker: new (
    name: string,
    work: (job: BullJob) => Promise<unknown>,
    options: object,
  ) => {
    on(event: 'completed', listener: (job: BullJob) => void): void;
    waitUntilReady(): Promise<unknown>;
    close(): Promise<void>;
  };
}

/** BullMQ on Redis. */
export async function openBullMq(url: string): Promise<QueueEngine> {
  const { Queue, Worker } = (await load('bullmq')) as BullMq;
  const { hostname: host, port } = new URL(url);
  const connection = { host, port: Number(port), maxRetriesPerRequest: null };
  const queue = new Queue('bench', { connection });
  let worker: InstanceType<BullMq['Worker']> | undefined;
  const engine: QueueEngine = {
    onEnd: () => undefined,
    async submit(kind, count) {
      const jobs = Array.from({ length: count }, () => ({ name: kind, data: { n: 1 } }));
      const added = count === 1 ? [await queue.add(kind, { n: 1 })] : await queue.addBulk(jobs);
      return added.map(({ id = '' }) => id);
    },
    async work() {
      worker ??= new Worker(
        'bench',
        async (job) => {
          if (job.name !== 'steps') return { ok: true };
          for (const step of steps)
            await job.updateData({ ...job.data, step, result: { ok: true } });
          return { ok: true };
        },
        { connection, concurrency },
      );
      worker.on('completed', ({ id = '' }) => engine.onEnd(id));
      await worker.waitUntilReady();
    },
    async [Symbol.asyncDispose]() {
      await worker?.close();
      await queue.close();
    },
  };
  return engine;
}

interface PgBossModule {
  readonly PgBoss: new (options: object) => {
    start(): Promise<unknown>;
    stop(options: object): Promise<void>;
    on(event: 'error', listener: (error: unknown) => void): void;
    createQueue(name: string, options?: object): Promise<void>;
    insert(name: string, jobs: readonly object[]): Promise<unknown>;
    work(
      name: string,
      options: object,
      work: (jobs: readonly { readonly id: string }[]) => Promise<unknown>,
    ): Promise<string>;
  };
}

/** pg-boss, which is told of new jobs; it takes jobs in batches that end together. */
export async function openPgBoss(url: string): Promise<QueueEngine> {
  const { PgBoss } = (await load('pg-boss')) as PgBossModule;
  const boss = new PgBoss({ connectionString: url, max: 10 });
  boss.on('error', (error) => console.error(error));
  await boss.start();
  for (const name of names) await boss.createQueue(name, { notify: true });
  const pool = await openProgress(url);
  const engine: QueueEngine = {
    onEnd: () => undefined,
    async submit(kind, count) {
      const ids = Array.from({ length: count }, () => crypto.randomUUID());
      await boss.insert(
        kind,
        ids.map((id) => ({ id, data: { n: 1 } })),
      );
      return ids;
    },
    async work() {
      for (const name of names)
        await boss.work(
          name,
          { batchSize: concurrency, pollingIntervalSeconds: 0.5, notify: true },
          async (jobs) => {
            if (name === 'steps') await Promise.all(jobs.map(({ id }) => progress(pool, id)));
            // It writes the ends of a batch when this resolves; nothing tells when that is done.
            setImmediate(() => jobs.forEach(({ id }) => engine.onEnd(id)));
          },
        );
    },
    async [Symbol.asyncDispose]() {
      await boss.stop({ graceful: false });
      await pool.end();
    },
  };
  return engine;
}

interface GraphileWorker {
  readonly makeWorkerUtils: (options: object) => Promise<{
    migrate(): Promise<void>;
    addJob(name: string, payload: object): Promise<{ readonly id: string }>;
    addJobs(jobs: readonly object[]): Promise<readonly { readonly id: string }[]>;
    release(): Promise<void>;
  }>;
  readonly run: (options: object) => Promise<{
    readonly events: {
      on(
        event: 'job:complete',
        listener: (told: { readonly job: { readonly id: string } }) => void,
      ): void;
    };
    stop(): Promise<void>;
  }>;
  readonly Logger: new (factory: () => () => void) => unknown;
}

/** graphile-worker, a job a query. */
export async function openGraphile(url: string): Promise<QueueEngine> {
  const { makeWorkerUtils, run, Logger } = (await load('graphile-worker')) as GraphileWorker;
  const logger = new Logger(() => () => undefined);
  const pool = await openProgress(url);
  const utils = await makeWorkerUtils({ pgPool: pool, logger });
  await utils.migrate();
  let runner: Awaited<ReturnType<GraphileWorker['run']>> | undefined;
  const engine: QueueEngine = {
    onEnd: () => undefined,
    async submit(kind, count) {
      if (count === 1) return [(await utils.addJob(kind, { n: 1 })).id];
      const jobs = Array.from({ length: count }, () => ({ identifier: kind, payload: { n: 1 } }));
      return (await utils.addJobs(jobs)).map(({ id }) => id);
    },
    async work() {
      runner ??= await run({
        ...{ pgPool: pool, logger, concurrency, noHandleSignals: true, pollInterval: 500 },
        taskList: {
          noop: () => undefined,
          steps: (_: unknown, { job }: { readonly job: { readonly id: string } }) =>
            progress(pool, job.id),
        },
      });
      runner.events.on('job:complete', ({ job }) => engine.onEnd(job.id));
    },
    async [Symbol.asyncDispose]() {
      await runner?.stop();
      await utils.release();
      await pool.end();
    },
  };
  return engine;
}

/** Where jobs of queues without a journal write down how far they are. */
async function openProgress(url: string): Promise<pg.Pool> {
  const pool = new pg.Pool({ connectionString: url, max: 10 });
  await pool.query(
    'create table progress (id text, step int, result json, primary key (id, step))',
  );
  return pool;
}

async function progress(pool: pg.Pool, id: string): Promise<void> {
  for (const step of steps)
    await pool.query({
      name: 'progress',
      text: 'insert into progress values ($1, $2, $3)',
      values: [id, step, '{"ok": true}'],
    });
}
