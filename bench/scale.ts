import { randomBytes } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import pg from 'pg';

import { startPlatform } from '../cli/platform.ts';
import { openLoopback } from '../connectors/testing/loopback.ts';
import { readConfig } from '../kernel/config/config.ts';
import { newSigningKey, publicKeyOf } from '../kernel/crypto/assertion-keys.ts';
import { migrateDatabase } from '../kernel/database/database.ts';
import { createLogger } from '../kernel/logger.ts';
import { createClient, type Client } from '../sdk/src/index.ts';
import { publish } from '../tests/support/platform.ts';
import { startPostgres } from '../tests/support/start-postgres.ts';

/*
 * What jobs cost a database and a platform, for the arithmetic of docs/scale.md: everything from the submit over the API to
 * the sealed audit event, in one process over a PostgreSQL that makes every commit durable.
 */

const { values } = parseArgs({ options: { jobs: { type: 'string', default: '1000' } } });
const jobs = Number(values.jobs);
const inFlight = 64;
const log = createLogger({ level: 'silent', name: 'bench' });

await using server = await startPostgres({ isDurable: true });
if (server === undefined) throw new Error('PostgreSQL is not installed');
await using scratch = await mkdtempDisposable(join(tmpdir(), 'operandi-scale-'));
await using peer = await openLoopback((response) => {
  response.writeHead(200, { 'content-type': 'application/json' }).end('{"ok":true}');
});
const databaseUrl = server.urlOf('postgres');
const assertionKey = newSigningKey();
const config = readConfig({
  ...{ DATABASE_URL: databaseUrl, PORT: '0', OPERANDI_EGRESS_ALLOW: peer.host },
  OPERANDI_DATA_DIR: scratch.path,
  OPERANDI_MASTER_KEY: `k1:${randomBytes(32).toString('base64')}`,
  OPERANDI_ASSERTION_KEY: assertionKey,
  OPERANDI_ASSERTION_PUBLIC_KEYS: publicKeyOf(assertionKey),
  OPERANDI_RATE_REQUESTS_PER_KEY: '1000000000',
  OPERANDI_RATE_REQUESTS_PER_TENANT: '1000000000',
  OPERANDI_RATE_COST_PER_KEY: '1000000000',
});
await migrateDatabase({ ...config, databaseUrl }, log);
const { signal } = new AbortController();
await using platform = await startPlatform(config, { log, signal });
await using client = createClient({ url: platform.url, apiKey: platform.firstKey ?? '' });
const pool = new pg.Pool({ connectionString: databaseUrl, max: 1 });

for (const calls of [0, 1, 3]) {
  await publish(client, definition(calls));
  await runJobs(client, `calls-${String(calls)}`, 50);
  const before = await look();
  await runJobs(client, `calls-${String(calls)}`, jobs);
  await platform.sealAudit();
  const after = await look();
  report(calls, before, after);
}
await pool.end();

function definition(calls: number): string {
  const steps = Array.from(
    { length: calls },
    (_, n) =>
      `  - call${String(n)}: { call: http, with: { method: post, endpoint: '${peer.url}/${String(n)}', body: { amount: 1 } } }`,
  );
  const work = steps.length > 0 ? steps : ['  - nothing: { set: { amount: 1 } }'];
  return [
    `document: { dsl: '1.0.3', namespace: bench, name: calls-${String(calls)}, version: '1.0.0' }`,
    'do:',
    ...work,
  ].join('\n');
}

async function runJobs(of: Client, agent: string, count: number): Promise<void> {
  let left = count;
  const worker = async (): Promise<void> => {
    while (left-- > 0) {
      const { id } = await of.submit(`bench/${agent}`, { invoice: 'INV-1001', amount: 129.5 });
      ids.push(id);
    }
  };
  const ids: string[] = [];
  await Promise.all(Array.from({ length: inFlight }, worker));
  for (;;) {
    const { rows } = await pool.query<{ n: number }>(
      `select count(*)::int as n from jobs.job where id = any($1::uuid[]) and state <> 'SUCCEEDED'`,
      [ids],
    );
    if (rows[0]?.n === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

interface Counters {
  readonly at: number;
  readonly cpuMs: number;
  readonly databaseCpuMs: number;
  readonly rssMb: number;
  readonly sizes: ReadonlyMap<string, number>;
  readonly numbers: Readonly<Record<string, number>>;
}

async function look(): Promise<Counters> {
  // Backends tell their numbers when they are idle for a second.
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  const { rows: sizes } = await pool.query<{ name: string; bytes: string }>(
    `select relid::regclass::text as name, pg_total_relation_size(relid)::text as bytes
     from pg_stat_user_tables where schemaname in ('access', 'jobs', 'integrations', 'audit')`,
  );
  const { rows } = await pool.query<Record<string, string>>(
    `select wal_bytes::text as "WAL bytes", wal_records::text as "WAL records", wal_write::text as "WAL writes",
       wal_sync::text as "WAL syncs", xact_commit::text as "commits", tup_inserted::text as "rows inserted",
       tup_updated::text as "rows updated", tup_deleted::text as "rows deleted"
     from pg_stat_wal, pg_stat_database where datname = current_database()`,
  );
  const { user, system } = process.cpuUsage();
  return {
    at: performance.now(),
    cpuMs: (user + system) / 1_000,
    databaseCpuMs: await databaseCpu(),
    rssMb: process.memoryUsage().rss / 1_048_576,
    sizes: new Map(sizes.map(({ name, bytes }) => [name, Number(bytes)])),
    numbers: Object.fromEntries(
      Object.entries(rows[0] ?? {}).map(([name, text]) => [name, Number(text)]),
    ),
  };
}

/** Processor time of all processes of the server so far; Linux only. */
async function databaseCpu(): Promise<number> {
  const { rows } = await pool.query<{ pid: number }>('select pid from pg_stat_activity');
  const ticks = rows.map(({ pid }) => ticksOf(pid));
  return ticks.reduce((sum, each) => sum + each, 0) * 10;
}

function ticksOf(pid: number): number {
  const [path] = globSync(`/proc/${String(pid)}/stat`);
  if (path === undefined) return 0;
  const fields = readFileSync(path, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return Number(fields[11] ?? 0) + Number(fields[12] ?? 0);
}

function report(calls: number, before: Counters, after: Counters): void {
  const seconds = (after.at - before.at) / 1_000;
  const perJob = (value: number): string => (value / jobs).toFixed(2);
  console.log(`\n${String(jobs)} jobs with ${String(calls)} calls, in ${seconds.toFixed(1)} s:`);
  const grown = [...after.sizes].map(
    ([name, bytes]) => [name, bytes - (before.sizes.get(name) ?? 0)] as const,
  );
  const bytes = grown.reduce((sum, [, each]) => sum + each, 0);
  console.table({
    ...Object.fromEntries(
      Object.entries(after.numbers).map(([name, value]) => [
        name,
        { 'a job': perJob(value - (before.numbers[name] ?? 0)) },
      ]),
    ),
    'table and index bytes': { 'a job': perJob(bytes) },
    'platform, CPU ms': { 'a job': perJob(after.cpuMs - before.cpuMs) },
    'database, CPU ms': { 'a job': perJob(after.databaseCpuMs - before.databaseCpuMs) },
  });
  console.log(`memory of the platform: ${after.rssMb.toFixed(0)} MB`);
  const largest = grown.filter(([, each]) => each > 0).toSorted(([, a], [, b]) => b - a);
  for (const [name, each] of largest.slice(0, 8))
    console.log(`  ${name} ${perJob(each)} bytes a job`);
}
