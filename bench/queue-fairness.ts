import { parseArgs } from 'node:util';
import { migrateDatabase, openDatabase } from '../kernel/database/database.ts';
import { newId } from '../kernel/ids.ts';
import { createLogger } from '../kernel/logger.ts';
import { claimJobs } from '../queue/claim.ts';
import type { JobPriority } from '../queue/job.ts';
import { onPool } from '../queue/statement.ts';
import { bookTurns, type Wanted } from '../queue/turns.ts';
import { startPostgres } from '../tests/support/start-postgres.ts';

/*
 * What fairness costs a claim, and what it gives: 99 % of the jobs are one tenant's, a thousand others have one each,
 * submitted before, among and after them. The floor claims by the wall clock from a table of its own; both take turns
 * within a round, a few claims each, so that neither meets a busier machine.
 */

const { values } = parseArgs({
  options: {
    jobs: { type: 'string', default: '200000' },
    rounds: { type: 'string', default: '5' },
  },
});
const jobCount = Number(values.jobs);
const rounds = Number(values.rounds);
const otherCount = jobCount / 200;
const batch = 32;
/** Claims of each kind in a round, and in each of its turns. */
const perRound = 6_400;
const perTurn = 320;
/** After how many claims the last of the others come. */
const latest = 1_280;

interface Case {
  readonly name: string;
  readonly claimers: number;
  readonly mark: (index: number) => JobPriority;
}

const marks = ['LOW', 'NORMAL', 'HIGH', 'URGENT'] as const;
const cases: readonly Case[] = [
  { name: 'one claimer', claimers: 1, mark: () => 'NORMAL' },
  { name: 'four claimers', claimers: 4, mark: () => 'NORMAL' },
  { name: 'four claimers, all priorities', claimers: 4, mark: (n) => marks[n % 4] ?? 'NORMAL' },
  { name: 'the flood is URGENT, others LOW', claimers: 4, mark: (n) => (n < 0 ? 'LOW' : 'URGENT') },
];

const byWallClock = {
  name: 'floor-claim',
  text: `
with due as materialized (
  select id, claim_key from floor.job where state = 'WAITING' and losses < 2 and run_at <= now()
  order by run_at limit $1 for update skip locked
), ready as materialized (
  select id, claim_key from floor.job where state = 'QUEUED' and losses < 2 and shard = 0
  order by claim_key, id limit $1 for update skip locked
), taken as materialized (
  select id from (select * from due union all select * from ready) as candidate order by claim_key, id limit $1
), claimed as (
  update floor.job as job
  set state = 'RUNNING', owner = $2, epoch = job.epoch + 1, lease_until = now() + $3::int * interval '1 ms',
    started_at = coalesce(job.started_at, now())
  from taken where job.id = taken.id
  returning job.id, job.tenant_id, job.agent_id, job.agent_version_id, job.parent_id, job.epoch, job.attempt, job.wakes,
    job.started_at, job.claim_key
)
select claimed.*, job_io.input, now() as claimed_at from claimed join floor.job_io on job_io.job_id = claimed.id
order by claimed.claim_key, claimed.id`,
};

type Claim = (limit: number) => Promise<readonly string[]>;

const log = createLogger({ level: 'silent', name: 'bench' });
await using server = await startPostgres({ isDurable: true });
if (server === undefined) throw new Error('PostgreSQL is not installed');
const databaseUrl = server.urlOf('postgres');
const config = { databaseUrl, dataDir: '', databasePoolSize: 6 };
await migrateDatabase(config, log);
await using database = await openDatabase(config, log);
const { pool } = database;
const run = onPool(pool);
await pool.query(`create schema floor;
  create table floor.job (like jobs.job including all) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.01);
  create table floor.job_io (like jobs.job_io including all)`);

const rows = [];
for (const each of cases) rows.push(await measure(each));
console.table(rows);

async function measure({ name, claimers, mark }: Case) {
  await pool.query('truncate jobs.job, jobs.job_io, jobs.turn, floor.job, floor.job_io');
  const flood = newId();
  const others = Array.from({ length: otherCount }, newId);
  const wanted = (tenantId: string, index: number) => ({ tenantId, priority: mark(index) });
  const third = Math.ceil(otherCount / 3);
  const half = Array.from({ length: (jobCount - otherCount) / 2 }, (_, n) => wanted(flood, n));
  await add(others.slice(0, third).map((tenantId) => wanted(tenantId, -1)));
  await add(half);
  await add(others.slice(third, 2 * third).map((tenantId) => wanted(tenantId, -1)));
  await add(half);
  for (const table of ['jobs.job', 'jobs.job_io', 'floor.job', 'floor.job_io'])
    await pool.query(`vacuum analyze ${table}`);

  const fair: string[] = [];
  const rates: { fair: number; floor: number }[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const took = { fair: 0, floor: 0 };
    for (let turn = 0; turn < perRound / perTurn; turn += 1) {
      took.floor += await time(claimByWallClock, claimers, []);
      took.fair += await time(claimFairly, claimers, fair);
      if (fair.length === latest)
        await add(others.slice(2 * third).map((tenantId) => wanted(tenantId, -1)));
    }
    rates.push({ fair: perRound / took.fair, floor: perRound / took.floor });
  }
  const served = new Set(fair.slice(0, 2_000)).size - 1;
  const ratios = rates.map(({ fair: ours, floor }) => ours / floor).toSorted((a, b) => a - b);
  return {
    case: name,
    'others served': `${served} of ${otherCount}`,
    'by claim': fair.findLastIndex((tenantId) => tenantId !== flood) + 1,
    'claimed a second': Math.round(median(rates.map(({ fair: ours }) => ours))),
    'of the floor': median(ratios).toFixed(2),
    ratios: ratios.map((ratio) => ratio.toFixed(2)).join(' '),
  };
}

/** Queues the same jobs in both tables. */
async function add(jobs: readonly Omit<Wanted, 'jobId'>[]): Promise<void> {
  const rows = jobs.map((job) => ({ ...job, jobId: newId() }));
  const turns = await bookTurns(run, rows);
  const keys = rows.map(({ jobId }) => turns.get(jobId) ?? 0);
  const ids = rows.map(({ jobId }) => jobId);
  const tenants = rows.map(({ tenantId }) => tenantId);
  for (const [schema, key] of [
    ['jobs', 'key'],
    ['floor', '(extract(epoch from clock_timestamp()) * 1000000)::bigint'],
  ] as const) {
    await pool.query(
      `with added as (select * from unnest($1::uuid[], $2::uuid[], $3::bigint[]) as added(id, tenant_id, key)),
       io as (insert into ${schema}.job_io (tenant_id, job_id, input) select tenant_id, id, '{}' from added)
       insert into ${schema}.job (tenant_id, id, agent_id, agent_version_id, claim_key, input_hash, created_by)
       select tenant_id, id, id, id, ${key}, '', 'bench' from added`,
      [ids, tenants, keys],
    );
  }
}

async function claimFairly(limit: number): Promise<readonly string[]> {
  const jobs = await claimJobs(run, { owner: 'bench', limit, leaseMs: 60_000 });
  return jobs.map(({ tenantId }) => tenantId);
}

async function claimByWallClock(limit: number): Promise<readonly string[]> {
  const jobs = await run<{ tenant_id: string }>(byWallClock, [limit, 'bench', 60_000]);
  return jobs.map(({ tenant_id }) => tenant_id);
}

/** Seconds for the claims of one turn, of so many claimers together; appends whose jobs they were. */
async function time(claim: Claim, claimers: number, into: string[]): Promise<number> {
  const startedAt = performance.now();
  let left = perTurn;
  const work = async () => {
    while (left > 0) {
      left -= batch;
      into.push(...(await claim(batch)));
    }
  };
  await Promise.all(Array.from({ length: claimers }, work));
  return (performance.now() - startedAt) / 1_000;
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? 0;
}
