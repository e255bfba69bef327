import pg from 'pg';
import { createLocalDoorbell } from '../kernel/doorbell/local.ts';
import { migrateDatabase, openDatabase, type Database } from '../kernel/database/database.ts';
import { createLogger } from '../kernel/logger.ts';
import type { ClaimedJob } from '../queue/claim.ts';
import { createQueue } from '../queue/create-queue.ts';
import type { Queue } from '../queue/queue.ts';
import { jobRow } from '../tests/support/jobs.ts';
import { startPostgres } from '../tests/support/start-postgres.ts';
import { publishTestAgent, startTestWorker } from '../tests/support/worker.ts';

/*
 * What the queue makes of a database that commits one row at a time at the floor's rate. fsync is on; submitter, worker
 * and database share this machine.
 */

const seconds = 4;
const log = createLogger({ level: 'silent', name: 'bench' });

interface Row {
  readonly what: string;
  readonly inFlight: number;
  readonly perSecond: number;
}

await using server = await startPostgres({ isDurable: true });
if (server === undefined) throw new Error('PostgreSQL is not installed');
const databaseUrl = server.urlOf('postgres');
const config = { databaseUrl, dataDir: '', databasePoolSize: 10 };
await migrateDatabase(config, log);
await using database = await openDatabase(config, log);
const rows: Row[] = [];
for (const clients of [1, 8, 32]) rows.push(await measureFloor(clients));
for (const inFlight of [64, 256]) rows.push(await measureSubmits(inFlight));
for (const inFlight of [64, 256]) rows.push(await measureJobs(inFlight, 0));
for (const inFlight of [64, 256]) rows.push(await measureJobs(inFlight, 2));
for (const steps of [1, 3]) rows.push(await measureWorker(database, steps));
const floor = rows[1]?.perSecond ?? 1;
console.table(
  rows.map(({ what, inFlight, perSecond }) => ({
    what,
    'in flight': inFlight,
    'per second': Math.round(perSecond),
    'of floor (8)': (perSecond / floor).toFixed(2),
  })),
);

/** One row a commit, one connection a client. */
async function measureFloor(clients: number): Promise<Row> {
  await using stack = new AsyncDisposableStack();
  const pool = new pg.Pool({ connectionString: databaseUrl, max: clients });
  stack.defer(() => pool.end());
  await pool.query(
    'create table if not exists floor (id bigint generated always as identity, data jsonb)',
  );
  const insert = {
    name: 'floor',
    text: 'insert into floor (data) values ($1)',
    values: ['{"amount": 1}'],
  };
  const perSecond = await rate(clients, () => pool.query(insert));
  return { what: 'floor: insert one row, commit', inFlight: clients, perSecond };
}

async function measureSubmits(inFlight: number): Promise<Row> {
  await using queue = openQueue();
  const tenantId = crypto.randomUUID();
  const perSecond = await rate(inFlight, () => queue.submit([jobRow(tenantId)]));
  return { what: 'submit a job (4 rows)', inFlight, perSecond };
}

/** From submit to end through the queue alone, with some checkpoints between. */
async function measureJobs(inFlight: number, checkpoints: number): Promise<Row> {
  await database.pool.query('truncate jobs.job');
  await using queue = openQueue();
  const tenantId = crypto.randomUUID();
  const ends = new Map<string, () => void>();
  const stop = new AbortController();
  const claiming = claimAll(queue, stop.signal, async (job) => {
    for (let n = 0; n < checkpoints; n++) {
      await queue.checkpoint(job, { journal: [{ key: `${n}`, value: { ok: n } }] });
    }
    const journal = checkpoints === 0 ? [] : [{ key: 'last', value: { ok: 'last' } }];
    await queue.finish(job, { journal }, { state: 'SUCCEEDED', output: { ok: true } });
    ends.get(job.jobId)?.();
    ends.delete(job.jobId);
  });
  const perSecond = await rate(inFlight, async () => {
    const row = jobRow(tenantId);
    const ended = new Promise<void>((resolve) => ends.set(row.jobId, resolve));
    await queue.submit([row]);
    await ended;
  });
  stop.abort();
  await claiming;
  const what =
    checkpoints === 0 ? 'job, submit to end' : `job of ${checkpoints + 1} steps, submit to end`;
  return { what, inFlight, perSecond };
}

async function claimAll(
  queue: Queue,
  signal: AbortSignal,
  work: (job: ClaimedJob) => Promise<void>,
): Promise<void> {
  let running = 0;
  const slots = 256;
  while (!signal.aborted) {
    const jobs = await queue.claim({
      owner: 'bench',
      limit: slots - running || 1,
      leaseMs: 60_000,
    });
    running += jobs.length;
    for (const job of jobs) void work(job).finally(() => (running -= 1));
    if (jobs.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

/** The whole worker: definition, engine, lifecycle events. Its calls answer at once. */
async function measureWorker(opened: Database, steps: number): Promise<Row> {
  await opened.pool.query('truncate jobs.job');
  const tasks = Array.from(
    { length: steps },
    (_, n) =>
      `  - s${n}: {call: integration, with: {integration: i, operation: o, arguments: {n: ${n}}}}\n`,
  );
  const agent = await publishTestAgent(opened, `do:\n${tasks.join('')}`);
  await using running = startTestWorker(opened, () => Promise.resolve({ ok: true }), {
    concurrency: 128,
  });
  const { queue } = running.services;
  const count = 2_000;
  const startedAt = performance.now();
  await queue.submit(Array.from({ length: count }, () => agent.row()));
  for (;;) {
    const { rows } = await opened.pool.query<{ left: number }>(
      `select count(*)::int as left from jobs.job where state in ('QUEUED', 'RUNNING')`,
    );
    if (rows[0]?.left === 0) break;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const perSecond = count / ((performance.now() - startedAt) / 1_000);
  return { what: `worker and engine, ${steps} effects a job`, inFlight: count, perSecond };
}

function openQueue(): Queue {
  return createQueue({ pool: database.pool, doorbell: createLocalDoorbell(log) });
}

/** How often `act` ends in a second when so many are always under way. */
async function rate(inFlight: number, act: () => Promise<unknown>): Promise<number> {
  let done = 0;
  const startedAt = performance.now();
  const endsAt = startedAt + seconds * 1_000;
  const repeat = async () => {
    while (performance.now() < endsAt) {
      await act();
      done += 1;
    }
  };
  await Promise.all(Array.from({ length: inFlight }, repeat));
  return done / ((performance.now() - startedAt) / 1_000);
}
