import pg from 'pg';
import { migrate } from '../../kernel/database/migrate.ts';
import { newId } from '../../kernel/ids.ts';
import { jobRow, silentQueue } from '../../tests/support/jobs.ts';
import { openPool } from '../../tests/support/open-pool.ts';

/** What a migration did, and what others felt of it. Times are milliseconds. */
export interface MigrationCost {
  readonly migrations: readonly { readonly name: string; readonly ms: number }[];
  /** How long a table was held so that nobody could read or write it, the longest time. */
  readonly held: readonly { readonly place: string; readonly ms: number }[];
  /** The longest that a write took meanwhile, and how many there were. */
  readonly longestWrite: number;
  readonly writes: number;
}

/** Fills a database that has no months yet with so many events, and gives it months while jobs are submitted and end. */
export async function measureMigration(url: string, rows: number): Promise<MigrationCost> {
  await using stack = new AsyncDisposableStack();
  const pool = openPool(url, 3);
  stack.defer(() => pool.end());
  await fill(pool, rows);
  await pool.query('vacuum analyze');

  const stop = new AbortController();
  const watching = watch(url, stop.signal);
  const writing = write(pool, stop.signal);
  const names = await migrate(pool);
  stop.abort();
  const { rows: migrations } = await pool.query<{ name: string; ms: number }>(
    `select migration_name as name, round(extract(epoch from finished_at - started_at) * 1000)::int as ms
     from _prisma_migrations where migration_name = any($1) order by 1`,
    [names],
  );
  return { migrations, held: await watching, ...(await writing) };
}

async function fill(pool: pg.Pool, rows: number): Promise<void> {
  const tenantId = newId();
  const jobs = Math.ceil(rows / 4);
  await pool.query(
    `with ids as materialized (
       select (lpad(to_hex((extract(epoch from now()) * 1000)::bigint - n), 12, '0') || '7000a' || lpad(to_hex(n), 15, '0'))::uuid as id
       from generate_series(1, $2::int) as n
     ), io as (
       insert into jobs.job_io (tenant_id, job_id, input) select $1, id, '{"amount": 1}' from ids
     ), journal as (
       insert into jobs.journal (tenant_id, job_id, key, value, epoch)
       select $1, id, 'step' || n, '{"ok": true}', 1 from ids, generate_series(1, 2) as n
     ), told as (
       insert into jobs.event (tenant_id, job_id, seq, type, data)
       select $1, id, n, 'dev.operandi.bench.v1', '{"some": "thing"}' from ids, generate_series(1, 4) as n
     )
     insert into audit.event (tenant_id, id, action, actor_kind, actor_id, actor_name, target_kind, target_id, job_id, data)
     select $1, id, 'job.submit', 'user', 'tester', 'Tester', 'Job', id::text, id, '{}' from ids`,
    [tenantId, jobs],
  );
}

/** Looks all the time at who holds a table for itself. */
async function watch(
  url: string,
  signal: AbortSignal,
): Promise<readonly { place: string; ms: number }[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const names = await tablesOf(client);
  const since = new Map<string, number>();
  const longest = new Map<string, number>();
  while (!signal.aborted) {
    const { rows } = await client.query<{ place: string }>({
      name: 'held',
      text: `select relation::text as place from pg_locks
        where mode = 'AccessExclusiveLock' and granted and relation = any($1::oid[])`,
      values: [[...names.keys()]],
    });
    const now = performance.now();
    const held = new Set(rows.map(({ place }) => place));
    for (const place of held) {
      const began = since.get(place) ?? now;
      since.set(place, began);
      longest.set(place, Math.max(longest.get(place) ?? 0, now - began));
    }
    for (const place of since.keys()) if (!held.has(place)) since.delete(place);
  }
  await client.end();
  return [...longest].map(([oid, ms]) => ({ place: names.get(oid) ?? oid, ms: Math.round(ms) }));
}

/** The tables as they are before, by numbers that outlive a new name. */
async function tablesOf(client: pg.Client): Promise<ReadonlyMap<string, string>> {
  const { rows } = await client.query<{ oid: string; name: string }>(
    `select name::regclass::oid::text as oid, name
     from unnest(array['jobs.job_io', 'jobs.journal', 'jobs.event', 'audit.event']) as name`,
  );
  return new Map(rows.map(({ oid, name }) => [oid, name]));
}

async function write(
  pool: pg.Pool,
  signal: AbortSignal,
): Promise<Pick<MigrationCost, 'longestWrite' | 'writes'>> {
  await using queue = silentQueue(pool);
  const tenantId = newId();
  let longestWrite = 0;
  let writes = 0;
  const timed = async (act: () => Promise<unknown>): Promise<void> => {
    const began = performance.now();
    await act();
    longestWrite = Math.max(longestWrite, Math.round(performance.now() - began));
    writes += 1;
  };
  while (!signal.aborted) {
    const row = jobRow(tenantId, { lease: { owner: 'bench', leaseMs: 60_000 } });
    const held = { jobId: row.jobId, epoch: 1 };
    await timed(() => queue.submit([row]));
    await timed(() =>
      queue.finish(held, { journal: [{ key: 'k', value: 1 }] }, { state: 'SUCCEEDED', output: 1 }),
    );
  }
  return { longestWrite, writes };
}
