import { spawn } from 'node:child_process';
import { mkdtemp, mkdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import pg from 'pg';

import type { Question } from '../core/analytics/question.ts';
import { newId } from '../kernel/ids.ts';
import { silentLog } from '../tests/support/log.ts';
import { startPostgres } from '../tests/support/start-postgres.ts';
import { createAnswers } from '../warehouse/answer/answers.ts';
import { askFiles } from '../warehouse/answer/ask-files.ts';
import { compactAll } from '../warehouse/compact.ts';
import { openDuckDb } from '../warehouse/duckdb.ts';
import {
  dayFolder,
  nameOfFile,
  tables,
  tenantFolder,
  type TableName,
} from '../warehouse/files/layout.ts';
import { freshState, writeState } from '../warehouse/files/tenant-files.ts';

/*
 * A board of eight series over 90 days: from files of the warehouse, by the processes that answer, and the same questions as
 * SQL over the same rows in PostgreSQL, in one table each with an index by tenant and time. Rows are made, not copied. Wanted is the
 * board of 10,000,000 steps below 1,000 ms on two cores.
 */

const { values } = parseArgs({
  options: {
    steps: { type: 'string', default: '10000000' },
    rounds: { type: 'string', default: '3' },
    postgres: { type: 'boolean', default: true },
  },
  allowNegative: true,
});
const steps = Number(values.steps);
const rounds = Number(values.rounds);
const days = 90;
const begin = '2026-09-01T00:00:00Z';
const end = '2026-11-30T00:00:00Z';
const tenantId = newId();

const root = await mkdtemp(join(tmpdir(), 'operandi-bench-'));

/** Rows of a table are these of so many; hashes spread them evenly and always alike. */
const shares = { jobs: 0.1, steps: 1, calls: 0.2, approvals: 0.01 } as const;
type Made = keyof typeof shares;

/** A column's value in row `n`, by its name. */
function columnOf(name: string, table: Made, count: number): string {
  const every = Math.floor((days * 86_400_000_000) / count);
  const at = `make_timestamptz(epoch_us(timestamptz '${begin}') + n * ${String(every)})`;
  const pick = (texts: readonly string[]): string =>
    `[${texts.map((text) => `'${text}'`).join(', ')}][1 + (hash(n, '${name}') % ${String(texts.length)})::int]`;
  const numbered = (stem: string, most: number): string =>
    `'${stem}' || (hash(n, '${name}') % ${String(most)})::varchar`;
  const states = {
    jobs: ['SUCCEEDED', 'SUCCEEDED', 'SUCCEEDED', 'FAILED', 'CANCELLED', 'DEAD'],
    steps: ['COMPLETED', 'COMPLETED', 'COMPLETED', 'FAULTED', 'CANCELLED'],
    calls: ['SUCCEEDED', 'SUCCEEDED', 'SUCCEEDED', 'FAILED'],
    approvals: ['APPROVED', 'APPROVED', 'REJECTED', 'EXPIRED'],
  };
  const ms = `(hash(n, '${name}') % 100000)::bigint`;
  const known: Readonly<Record<string, string>> = {
    ...{
      ended_at: at,
      agent: numbered('agent-', 20),
      namespace: `'default'`,
      task: numbered('/do/', 40),
    },
    ...{ name: numbered('task-', 40), kind: pick(['call', 'set', 'switch', 'for']) },
    ...{ state: pick(states[table]), integration: numbered('integration-', 12) },
    ...{ wait_ms: ms, duration_ms: ms, decide_ms: ms, operation: numbered('operation-', 30) },
    ...{
      job_id: 'uuid()',
      seq: 'n',
      job_seq: '(n % 12)::int',
      input_tokens: ms,
      output_tokens: ms,
    },
  };
  return known[name] ?? 'null';
}

async function makeFiles(): Promise<void> {
  using duckDb = await openDuckDb({
    threads: 2,
    memoryMb: 2_048,
    spillFolder: join(root, 'spill'),
  });
  const folder = tenantFolder(root, tenantId);
  for (const table of made()) {
    const count = Math.round(steps * shares[table]);
    const columns = Object.entries(tables[table]).map(
      ([name, type]) => `(${columnOf(name, table, count)})::${type} as ${name}`,
    );
    for (let day = 0; day < days; day += 1) {
      const from = Math.floor((count * day) / days);
      const to = Math.floor((count * (day + 1)) / days);
      const date = new Date(Date.parse(begin) + day * 86_400_000).toISOString().slice(0, 10);
      const place = dayFolder(folder, table, date);
      await mkdir(place, { recursive: true });
      await duckDb.connection.run(
        `copy (select ${columns.join(', ')} from range(${String(from)}, ${String(to)}) as r(n)) to $path (format parquet, compression zstd)`,
        { path: join(place, nameOfFile(1, 1)) },
      );
    }
  }
  await writeState(folder, { ...freshState(0), portion: 1 });
}

/** What the daily compaction adds: sums of each day. */
async function sumDays(): Promise<number> {
  const begin = performance.now();
  using duckDb = await openDuckDb({ threads: 1, memoryMb: 256, spillFolder: join(root, 'spill') });
  const tenants = [{ id: tenantId, days: null, isHeld: false }];
  const now = new Date(Date.parse(end) + 86_400_000);
  const { signal } = new AbortController();
  await compactAll({ duckDb, root, log: silentLog }, tenants, { now, signal });
  return Math.round(performance.now() - begin);
}

function made(): readonly Made[] {
  return Object.keys(shares) as Made[];
}

const postgresTypes: Readonly<Record<string, string>> = {
  'TIMESTAMP WITH TIME ZONE': 'timestamptz',
  VARCHAR: 'text',
};

/** The same rows, by CSV. */
async function fill(pool: pg.Pool, url: string): Promise<void> {
  using duckDb = await openDuckDb({ threads: 2, memoryMb: 1_024 });
  for (const table of made()) {
    const columns = Object.entries(tables[table]);
    const shape = columns.map(([name, type]) => `${name} ${postgresTypes[type] ?? type}`);
    await pool.query(`create unlogged table ${table} (tenant_id uuid, ${shape.join(', ')})`);
    const file = join(root, 'rows.csv');
    await duckDb.connection.run(
      `copy (select $tenant::uuid, * from read_parquet($files, hive_partitioning = false)) to $file (format csv, header false)`,
      {
        tenant: tenantId,
        files: `${tenantFolder(root, tenantId)}/table=${table}/*/*.parquet`,
        file,
      },
    );
    const child = spawn('psql', [
      ...[url, '-q', '-c'],
      `\\copy ${table} from '${file}' with (format csv)`,
    ]);
    await new Promise((resolve, reject) => {
      child.once('exit', (code) =>
        code === 0 ? resolve(undefined) : reject(new Error(`psql ended with ${String(code)}`)),
      );
      child.once('error', reject);
    });
    await rm(file);
    await pool.query(`create index on ${table} (tenant_id, ended_at)`);
    await pool.query(`vacuum analyze ${table}`);
  }
}

/** A series of the board, and what PostgreSQL is asked for it. */
interface Wanted {
  readonly question: Pick<Question, 'measure' | 'groupBy'>;
  readonly table: TableName;
  readonly columns: string;
  readonly where?: string;
}

const percentiles = (value: string): string =>
  `sum(${value}), percentile_cont(array[0.5, 0.95, 0.99]) within group (order by ${value})`;

const board: readonly Wanted[] = [
  { question: { measure: 'JOBS', groupBy: 'STATE' }, table: 'jobs', columns: 'state, count(*)' },
  {
    question: { measure: 'JOB_DURATION' },
    table: 'jobs',
    columns: `null, count(*), ${percentiles('duration_ms')}`,
  },
  {
    question: { measure: 'JOB_WAIT' },
    table: 'jobs',
    columns: `null, count(*), ${percentiles('wait_ms')}`,
  },
  { question: { measure: 'STEPS', groupBy: 'STATE' }, table: 'steps', columns: 'state, count(*)' },
  {
    question: { measure: 'STEP_DURATION' },
    table: 'steps',
    columns: `null, count(*), ${percentiles('duration_ms')}`,
  },
  {
    question: { measure: 'CALLS', groupBy: 'INTEGRATION' },
    table: 'calls',
    columns: 'integration, count(*)',
  },
  {
    ...{ question: { measure: 'CALL_FAILURES', groupBy: 'INTEGRATION' }, table: 'calls' },
    ...{ columns: 'integration, count(*)', where: `state <> 'SUCCEEDED'` },
  },
  {
    ...{ question: { measure: 'APPROVAL_TIME' }, table: 'approvals' },
    ...{
      columns: `null, count(*), ${percentiles('decide_ms')}`,
      where: `state in ('APPROVED', 'REJECTED')`,
    },
  },
];

async function compare(pool: pg.Pool | undefined): Promise<void> {
  const fromRows = await boardTimes();
  const took = await sumDays();
  const fromSums = await boardTimes();
  const query =
    ({ table, columns, where }: Wanted) =>
    async () =>
      await pool?.query(
        `select date_trunc('day', ended_at) as bucket, ${columns} from ${table}
       where tenant_id = $1 and ended_at >= $2 and ended_at < $3 ${where === undefined ? '' : `and ${where}`}
       group by 1, 2`,
        [tenantId, begin, end],
      );
  const fromPostgres = pool && (await times(query));
  const names = board.map(({ question: { measure, groupBy } }) =>
    groupBy == null ? measure : `${measure} by ${groupBy}`,
  );
  console.log(`${String(steps)} steps, best of ${String(rounds)} rounds; sums took ${took} ms`);
  console.table(
    [...names, 'all eight at once'].map((series, at) => ({
      series,
      'sums, ms': fromSums[at],
      'rows, ms': fromRows[at],
      'PostgreSQL, ms': fromPostgres?.[at] ?? '-',
    })),
  );
}

async function boardTimes(): Promise<readonly number[]> {
  using answers = createAnswers({ processes: 2, threads: 2, memoryMb: 1_024, deadlineMs: 60_000 });
  return await times(
    ({ question }) =>
      () =>
        askFiles({ answers, root }, tenantId, { ...question, every: 'DAY', from: begin, to: end }),
  );
}

/** Of each series by itself, and of all at once, milliseconds. */
async function times(
  workOf: (wanted: Wanted) => () => Promise<unknown>,
): Promise<readonly number[]> {
  const works = board.map(workOf);
  for (const work of works) await work();
  const took = [];
  for (const work of works) took.push(await best(work));
  return [...took, await best(() => Promise.all(works.map((work) => work())))];
}

/** The shortest of the rounds, milliseconds. */
async function best(work: () => Promise<unknown>): Promise<number> {
  let shortest = Infinity;
  for (let round = 0; round < rounds; round += 1) {
    const start = performance.now();
    await work();
    shortest = Math.min(shortest, performance.now() - start);
  }
  return Math.round(shortest);
}

try {
  await makeFiles();
  await using server = values.postgres ? await startPostgres() : undefined;
  const pool = server && new pg.Pool({ connectionString: server.url, max: 2 });
  // Its server may end before the last connection is closed.
  pool?.on('error', () => undefined);
  if (pool) await fill(pool, server.url);
  await compare(pool);
  await pool?.end();
} finally {
  await rm(root, { recursive: true });
}
