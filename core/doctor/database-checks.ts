import type pg from 'pg';
import { reasonOf } from '../../kernel/database/faults.ts';
import { missingMigrations } from '../../kernel/database/migrate.ts';
import { bad, doubtful, good, type Check } from './diagnosis.ts';

type Pool = Pick<pg.Pool, 'query'>;

const oldestVersion = 15;
const skewMs = 1_000;
const crowded = 0.9;

/** Whether the server is there at all. */
export function reachCheck(pool: Pool): Check {
  return {
    name: 'database/reach',
    look: () =>
      pool.query('select').then(
        () => good('the server answers'),
        (error: unknown) =>
          bad(
            `does not answer: ${reasonOf(error)}`,
            'check DATABASE_URL, the server and its pg_hba.conf',
          ),
      ),
  };
}

/** What concerns the server, whatever is kept in it. */
export function databaseChecks(pool: pg.Pool, poolSize: number): readonly Check[] {
  return [
    { name: 'database/version', look: () => lookAtVersion(pool) },
    { name: 'database/migrations', look: () => lookAtMigrations(pool) },
    { name: 'database/clock', look: () => lookAtClock(pool) },
    { name: 'database/durability', look: () => lookAtDurability(pool) },
    { name: 'database/connections', look: () => lookAtConnections(pool, poolSize) },
  ];
}

async function lookAtVersion(pool: Pool) {
  const version = await settingOf(pool, 'server_version');
  return Number.parseInt(version, 10) >= oldestVersion
    ? good(`PostgreSQL ${version}`)
    : bad(`PostgreSQL ${version}`, `use version ${String(oldestVersion)} or later`);
}

async function lookAtMigrations(pool: pg.Pool) {
  const [first, ...others] = await missingMigrations(pool);
  if (first === undefined) return good('all migrations are applied');
  const found = `${String(others.length + 1)} migrations are missing, from ${first} on`;
  return bad(found, 'run operandi migrate with the login that owns the tables');
}

/** Leases, timers and tokens are judged by both clocks. */
async function lookAtClock(pool: Pool) {
  const before = Date.now();
  const { rows } = await pool.query<{ now: number }>(
    'select (extract(epoch from clock_timestamp()) * 1000)::float8 as now',
  );
  const after = Date.now();
  const skew = Math.round((rows[0]?.now ?? 0) - (before + after) / 2);
  const uncertain = Math.ceil((after - before) / 2);
  const found = `the clock of the server is ${String(Math.abs(skew))} ms ${skew < 0 ? 'behind' : 'ahead of'} the one here`;
  return Math.abs(skew) - uncertain <= skewMs
    ? good(found)
    : bad(found, 'let both follow the same time, e.g. by NTP');
}

async function lookAtDurability(pool: Pool) {
  const names = ['fsync', 'synchronous_commit', 'full_page_writes'];
  const { rows } = await pool.query<{ name: string; setting: string }>(
    `select name, setting from pg_settings where name = any($1) and setting = 'off'`,
    [names],
  );
  if (rows.length === 0) return good('what is acknowledged is on the disk');
  const off = rows.map(({ name }) => name).join(', ');
  return bad(`${off} is off: acknowledged jobs may be lost`, 'switch it on in postgresql.conf');
}

async function lookAtConnections(pool: Pool, poolSize: number) {
  const { rows } = await pool.query<{ used: number; most: number }>(
    // Of all logins: what others do is hidden from this one, how many they are is not.
    `select (select sum(numbackends)::int from pg_stat_database) as used,
       current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int as most`,
  );
  const { used, most } = rows[0] ?? { used: 0, most: 0 };
  const found = `${String(used)} of ${String(most)} connections are in use; each process takes up to ${String(poolSize)}`;
  return used < most * crowded
    ? good(found)
    : bad(found, 'raise max_connections, lower DATABASE_POOL_SIZE, or put a pooler between');
}

async function settingOf(pool: Pool, name: string): Promise<string> {
  const { rows } = await pool.query<{ setting: string }>('select current_setting($1) as setting', [
    name,
  ]);
  return rows[0]?.setting ?? '';
}

/** What holds up the cleaning of tables that are written all the time. */
export function upkeepChecks(pool: Pool, oldSeconds = 600): readonly Check[] {
  return [
    { name: 'upkeep/autovacuum', look: () => lookAtAutovacuum(pool) },
    { name: 'upkeep/horizon', look: () => lookAtHorizon(pool, oldSeconds) },
    { name: 'upkeep/dead-rows', look: () => lookAtDeadRows(pool) },
  ];
}

async function lookAtAutovacuum(pool: Pool) {
  return (await settingOf(pool, 'autovacuum')) === 'on'
    ? good('autovacuum is on')
    : bad('autovacuum is off', 'switch it on: every job leaves rows behind that it cleans');
}

/** The oldest of what keeps old rows: a transaction, a prepared one, a replication slot. */
async function lookAtHorizon(pool: Pool, oldSeconds: number) {
  const { rows } = await pool.query<{ what: string; seconds: number | null }>(
    `select what, seconds from (
       select format('transaction of process %s (%s)', pid, coalesce(application_name, '')) as what,
         extract(epoch from now() - xact_start)::int as seconds
       from pg_stat_activity where xact_start is not null and backend_type = 'client backend'
       union all
       select format('prepared transaction %s', gid), extract(epoch from now() - prepared)::int
       from pg_prepared_xacts
       union all
       select format('idle replication slot %s', slot_name), null
       from pg_replication_slots where not active and (xmin is not null or catalog_xmin is not null)
     ) as each where coalesce(seconds, $1) >= $1 order by seconds desc limit 3`,
    [oldSeconds],
  );
  if (rows.length === 0) return good('nothing keeps old rows for long');
  const found = rows
    .map(({ what, seconds }) => (seconds === null ? what : `${what}, for ${String(seconds)} s`))
    .join('; ');
  return bad(found, 'end it: until then tables grow, and live views and seals lag behind');
}

const bloatedRows = 100_000;

async function lookAtDeadRows(pool: Pool) {
  const { rows } = await pool.query<{ name: string; dead: string }>(
    `select format('%I.%I', schemaname, relname) as name, n_dead_tup::text as dead from pg_stat_user_tables
     where n_dead_tup > $1 and n_dead_tup > n_live_tup order by n_dead_tup desc limit 3`,
    [bloatedRows],
  );
  if (rows.length === 0) return good('dead rows are cleaned');
  const found = rows.map(({ name, dead }) => `${name} has ${dead} dead rows`).join('; ');
  return doubtful(found, 'see upkeep/horizon; else let autovacuum work harder on these tables');
}
