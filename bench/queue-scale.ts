import { parseArgs } from 'node:util';

import pg from 'pg';

import { upkeepChecks } from '../core/doctor/database-checks.ts';
import { migrateDatabase, openDatabase } from '../kernel/database/database.ts';
import { newId } from '../kernel/ids.ts';
import { createLogger } from '../kernel/logger.ts';
import { startPostgres } from '../tests/support/start-postgres.ts';
import {
  type Claims,
  makeSleepers,
  percentile,
  queueJobs,
  type Size,
  sizeOfJobs,
  workOff,
} from './queue-scale/ground.ts';

/*
 * The queue under a large backlog: a million jobs of a thousand tenants, of which one has 99 %. What a claim takes, whom it
 * serves, what the table weighs while it is worked off and filled up again, also while somebody holds a snapshot; then a
 * million sleeping jobs, and ten thousand of them due at one second beside fresh jobs of others.
 */

const { values } = parseArgs({
  options: {
    jobs: { type: 'string', default: '1000000' },
    tenants: { type: 'string', default: '1000' },
    churn: { type: 'string', default: '100000' },
    sleepers: { type: 'string', default: '1000000' },
    due: { type: 'string', default: '10000' },
    claimers: { type: 'string', default: '4' },
  },
});
const [jobCount, tenantCount] = [Number(values.jobs), Number(values.tenants)];
const [churn, sleeperCount, dueCount] = [values.churn, values.sleepers, values.due].map(Number) as [
  number,
  number,
  number,
];
const claimers = Number(values.claimers);

const stepMs = 20;
const mebi = (bytes: number): string => (bytes / 1_048_576).toFixed(0);

const log = createLogger({ level: 'silent', name: 'bench' });
await using server = await startPostgres({ isDurable: true });
if (server === undefined) throw new Error('PostgreSQL is not installed');
const databaseUrl = server.urlOf('postgres');
const config = { databaseUrl, dataDir: '', databasePoolSize: claimers + 4 };
await migrateDatabase(config, log);
await using database = await openDatabase(config, log);
const { pool } = database;

const flood = newId();
const others = Array.from({ length: tenantCount - 1 }, newId);
const rows: Record<string, string | number>[] = [];

await floor();
await backlog();
await churned();
await pinned();
await sleeping();
await dueAtOnce();
console.table(rows);

/** What a row and its commit take by themselves, as many at once as there are claimers. */
async function floor(): Promise<void> {
  await pool.query('create table public.floor (id int)');
  const took: number[] = [];
  const one = async (): Promise<void> => {
    for (let n = 0; n < 200; n += 1) {
      const startedAt = performance.now();
      await pool.query('insert into public.floor values ($1)', [n]);
      took.push(performance.now() - startedAt);
    }
  };
  await Promise.all(Array.from({ length: claimers }, one));
  note('floor: a row and its commit', { took, jobs: took.length, tenants: new Set() }, {});
}

/** The others come last, behind all that the large one has queued. */
async function backlog(): Promise<void> {
  const theirs = Math.round(jobCount / 100);
  await queueJobs(
    pool,
    Array.from({ length: jobCount - theirs }, () => flood),
  );
  await queueJobs(
    pool,
    Array.from({ length: theirs }, (_, n) => others[n % others.length] ?? flood),
  );
  await pool.query('vacuum analyze jobs.job');
  // Each of the others gets a turn beside one of the large one: all of them are served by twice as many.
  const claims = await workOff(pool, { claimers, jobs: tenantCount * 4 });
  note('backlog', claims, { served: `${String(claims.tenants.size)} of ${String(tenantCount)}` });
}

/** As many come as go, so what the table weighs should stay. */
async function churned(): Promise<void> {
  const before = await sizeOfJobs(pool);
  const claims = await turnOver();
  note('churn', claims, grown(before, await sizeOfJobs(pool)));
}

/** A snapshot that is held keeps all that ends meanwhile; the doctor names who holds it. */
async function pinned(): Promise<void> {
  const holder = new pg.Client({
    connectionString: databaseUrl,
    application_name: 'a long report',
  });
  await holder.connect();
  await holder.query('begin isolation level repeatable read');
  await holder.query('select count(*) from access.tenant');
  const before = await sizeOfJobs(pool);
  const claims = await turnOver();
  await pool.query('vacuum jobs.job');
  note('churn, snapshot held', claims, grown(before, await sizeOfJobs(pool)));
  console.log('operandi doctor:', await alarms());
  await holder.query('rollback');
  await holder.end();
  await pool.query('vacuum jobs.job');
  const released = await sizeOfJobs(pool);
  note('churn, let go', await turnOver(), grown(released, await sizeOfJobs(pool)));
  console.log('operandi doctor:', await alarms());
}

async function alarms(): Promise<string> {
  const checks = upkeepChecks(pool, 1);
  const found = await Promise.all(
    checks.map(async ({ name, look }) => ({ name, ...(await look()) })),
  );
  return found.map(({ name, ...one }) => `${name} ${JSON.stringify(one)}`).join('\n  ');
}

/** Works off a portion while as many are queued. */
async function turnOver(): Promise<Claims> {
  const mixed = Array.from({ length: churn }, (_, n) =>
    n % 2 === 0 ? flood : (others[n % others.length] ?? flood),
  );
  const [claims] = await Promise.all([
    workOff(pool, { claimers, jobs: churn }),
    queueJobs(pool, mixed),
  ]);
  return claims;
}

/** Jobs that sleep are rows: what does a claim cost beside them, and what does each weigh. */
async function sleeping(): Promise<void> {
  await pool.query('truncate jobs.job, jobs.job_io, jobs.turn cascade');
  await queueJobs(
    pool,
    Array.from({ length: churn / 10 }, (_, n) => others[n % others.length] ?? flood),
  );
  note('no sleepers', await workOff(pool, { claimers, jobs: churn / 10 }), {});
  await pool.query('truncate jobs.job, jobs.job_io, jobs.turn cascade');
  const before = await sizeOfJobs(pool);
  await makeSleepers(pool, { tenantIds: others, count: sleeperCount, seconds: 86_400 });
  await pool.query('vacuum analyze jobs.job');
  const after = await sizeOfJobs(pool);
  const bytes = (after.heap + after.indexes - before.heap - before.indexes) / sleeperCount;
  await queueJobs(
    pool,
    Array.from({ length: churn / 10 }, (_, n) => others[n % others.length] ?? flood),
  );
  const claims = await workOff(pool, { claimers, jobs: churn / 10 });
  note('beside sleepers', claims, {
    sleepers: sleeperCount,
    'bytes of a sleeper': Math.round(bytes),
  });
}

/** One tenant's jobs are all due at one second; others go on submitting, and wait for their claim as before. */
async function dueAtOnce(): Promise<void> {
  const quiet = await latencies(5_000);
  const seconds = 5;
  await makeSleepers(pool, { tenantIds: [flood], count: dueCount, seconds });
  let woken = 0;
  const wave = await latencies(20_000, (tenantId) => (woken += tenantId === flood ? 1 : 0));
  const show = (took: readonly number[]) =>
    `${percentile(took, 0.5).toFixed(0)}, ${percentile(took, 0.99).toFixed(0)}`;
  rows.push({
    case: 'due at one second',
    served: `${String(woken)} of ${String(dueCount)} woken`,
    'submit to claim p50, p99 ms, before': show(quiet),
    'and while they wake': show(wave),
  });
}

/** From submit to claim, of a job of another tenant every 20 ms. */
async function latencies(
  forMs: number,
  onOther: (tenantId: string) => void = () => undefined,
): Promise<readonly number[]> {
  const endsAt = performance.now() + forMs;
  const submitted = new Map<string, number>();
  const took: number[] = [];
  const onClaimed = (_jobId: string, tenantId: string): void => {
    const at = submitted.get(tenantId);
    if (at === undefined) onOther(tenantId);
    else took.push(performance.now() - at);
    submitted.delete(tenantId);
  };
  const submit = async (): Promise<void> => {
    for (let n = 0; performance.now() < endsAt; n += 1) {
      const tenantId = others[n % others.length] ?? flood;
      if (!submitted.has(tenantId)) {
        submitted.set(tenantId, performance.now());
        await queueJobs(pool, [tenantId]);
      }
      await new Promise((resolve) => setTimeout(resolve, stepMs));
    }
  };
  const until = (): boolean => performance.now() >= endsAt;
  await Promise.all([workOff(pool, { claimers, jobs: Infinity, onClaimed, until }), submit()]);
  return took;
}

function note(name: string, { took, jobs }: Claims, more: Record<string, string | number>): void {
  const row = {
    case: name,
    jobs,
    'claim p50, ms': percentile(took, 0.5).toFixed(1),
    'p99, ms': percentile(took, 0.99).toFixed(1),
    'longest, ms': percentile(took, 1).toFixed(1),
    ...more,
  };
  console.log(JSON.stringify(row));
  rows.push(row);
}

function grown(before: Size, after: Size): Record<string, string> {
  return {
    'heap, MiB': `${mebi(before.heap)} to ${mebi(after.heap)}`,
    'indexes, MiB': `${mebi(before.indexes)} to ${mebi(after.indexes)}`,
    'dead rows': String(after.dead),
  };
}
