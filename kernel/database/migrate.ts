import { readFile, readdir } from 'node:fs/promises';
import type pg from 'pg';
import { sha256Hex } from '../crypto/hash.ts';
import { newId } from '../ids.ts';
import { constantBackoff } from '../retry/backoff.ts';
import { retry } from '../retry/retry.ts';
import {
  ensureRoles,
  MIGRATION_LOCK,
  readRoleNames,
  roleKinds,
  withRoleNames,
  type RoleNames,
} from './roles.ts';

const MIGRATIONS = new URL('../../prisma/migrations/', import.meta.url);

/** The bookkeeping of `prisma migrate deploy`, column by column. */
const CREATE_BOOKKEEPING = `
  create table if not exists _prisma_migrations (
    id varchar(36) primary key not null,
    checksum varchar(64) not null,
    finished_at timestamptz,
    migration_name varchar(255) not null,
    logs text,
    rolled_back_at timestamptz,
    started_at timestamptz not null default now(),
    applied_steps_count integer not null default 0
  )`;

/** Files that were changed after databases had been made by them, with what they were: the rest of the file is the same. */
const EARLIER: ReadonlyMap<string, string> = new Map([
  // It made the roles itself, and so needed the right to.
  ['20261123000000_init', 'eb43cab98bfd5c8d7ab7ee739ebc53a68dc5434f85076d4e8c574b661019e87c'],
]);

interface Migration {
  readonly name: string;
  readonly sql: string;
  readonly checksum: string;
}

/** Which migrations are applied. */
interface MigrateOptions {
  /** @default prisma/migrations */
  readonly folder?: URL;
  /** By name. @default all */
  readonly isWanted?: (name: string) => boolean;
  /** How long a statement waits for a lock, milliseconds: as long as it waits, all others wait behind it. @default 3_000 */
  readonly lockMs?: number;
  /** How often a migration is tried that does not get a lock. @default 20 */
  readonly tries?: number;
}

/** What a database that serves may be kept from by a waiting migration, milliseconds. */
const LOCK_MS = 3_000;
const TRIES = 20;
/** Between two tries those who waited get their turn, milliseconds. */
const TRY_AGAIN_MS = 1_000;

interface AppliedRow {
  readonly migration_name: string;
  readonly checksum: string;
  readonly finished_at: Date | null;
}

/**
 * Applies what is missing of the migrations, in order, and returns the names it applied. Each one commits together with
 * its bookkeeping row or not at all, and on a database that has none yet all commit together, which takes a third of the
 * time; any number of processes may call it at once.
 */
export async function migrate(pool: pg.Pool, options: MigrateOptions = {}): Promise<string[]> {
  const missing = await findMissing(pool, options);
  if (missing.length === 0) return [];
  const roles = await readRoleNames(pool);
  await ensureRoles(pool, roles);
  const named = missing.map((one) => ({ ...one, sql: withRoleNames(one.sql, roles) }));
  const portions = (await hasBooks(pool)) ? named.map((one) => [one]) : [named];
  const applied: string[] = [];
  for (const portion of portions) {
    const fresh = await retry(() => apply(pool, portion, { roles, lockMs: options.lockMs }), {
      backoff: constantBackoff(TRY_AGAIN_MS),
      attempts: options.tries ?? TRIES,
      isRetryable: isLockRefused,
    });
    applied.push(...fresh);
  }
  return applied;
}

/** What `migrate` would do, in order, with the roles named as they are here; reading is enough for that. */
export async function plannedMigrations(
  pool: pg.Pool,
  options: MigrateOptions = {},
): Promise<readonly Pick<Migration, 'name' | 'sql'>[]> {
  const roles = await readRoleNames(pool);
  const missing = await findMissing(pool, options);
  return missing.map(({ name, sql }) => ({ name, sql: withRoleNames(sql, roles) }));
}

/** Another transaction held the table for too long, or each of the two waited for the other. */
function isLockRefused(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined;
  return (
    cause instanceof Error && 'code' in cause && (cause.code === '55P03' || cause.code === '40P01')
  );
}

/** The names of migrations that the database lacks; reading is enough for that. */
export async function missingMigrations(pool: pg.Pool): Promise<string[]> {
  return (await findMissing(pool, {})).map(({ name }) => name);
}

async function findMissing(
  pool: pg.Pool,
  { folder = MIGRATIONS, isWanted = () => true }: MigrateOptions,
): Promise<Migration[]> {
  const known = await readBooks(pool);
  const all = await readMigrations(folder);
  return all.filter(
    (migration) => isWanted(migration.name) && !isApplied(migration, known.get(migration.name)),
  );
}

async function readMigrations(folder: URL): Promise<Migration[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  return Promise.all(
    names.sort().map(async (name) => {
      const sql = await readFile(new URL(`${name}/migration.sql`, folder), 'utf8');
      return { name, sql, checksum: sha256Hex(sql) };
    }),
  );
}

/** Looks without a lock and once for all, so that the start of the thousandth process costs two reads. */
async function readBooks(pool: pg.Pool): Promise<ReadonlyMap<string, AppliedRow>> {
  return (await hasBooks(pool)) ? readApplied(pool) : new Map();
}

async function hasBooks(pool: pg.Pool): Promise<boolean> {
  const { rows } = await pool.query<{ exists: boolean }>(
    `select to_regclass('_prisma_migrations') is not null as exists`,
  );
  return rows[0]?.exists === true;
}

async function readApplied(
  connection: Pick<pg.Pool, 'query'>,
): Promise<ReadonlyMap<string, AppliedRow>> {
  const { rows } = await connection.query<AppliedRow>(
    `select distinct on (migration_name) migration_name, checksum, finished_at
     from _prisma_migrations where rolled_back_at is null
     order by migration_name, started_at desc`,
  );
  return new Map(rows.map((row) => [row.migration_name, row]));
}

/** True if applied as it is in the folder; throws if it was edited since, or had failed under Prisma. */
function isApplied(migration: Migration, row: AppliedRow | undefined): boolean {
  if (row === undefined) return false;
  if (row.finished_at === null) {
    throw new Error(
      `migration ${migration.name} failed half-way earlier; mend the database and mark the row in _prisma_migrations`,
    );
  }
  if (row.checksum !== migration.checksum && row.checksum !== EARLIER.get(migration.name)) {
    throw new Error(
      `migration ${migration.name} was edited after it was applied; restore the file and add a new migration`,
    );
  }
  return true;
}

interface Applying {
  readonly roles: RoleNames;
  readonly lockMs: number | undefined;
}

/** In one transaction; answers which of them had not been applied by another process meanwhile. */
async function apply(
  pool: pg.Pool,
  migrations: readonly Migration[],
  { roles, lockMs = LOCK_MS }: Applying,
): Promise<string[]> {
  const client = await pool.connect();
  try {
    await client.query('begin');
    // What is lost by a crash is applied again; what is written later cannot outlive it.
    await client.query('set local statement_timeout = 0; set local synchronous_commit = off');
    await client.query('select pg_advisory_xact_lock($1)', [MIGRATION_LOCK]);
    await client.query(CREATE_BOOKKEEPING);
    await client.query(`set local lock_timeout = ${lockMs}`);
    const readers = roleKinds.map((kind) => roles[kind]).join(', ');
    await client.query(`grant select on _prisma_migrations to ${readers}`);
    const known = await readApplied(client);
    const missing = migrations.filter((one) => !isApplied(one, known.get(one.name)));
    for (const migration of missing) await run(client, migration);
    await client.query('commit');
    return missing.map(({ name }) => name);
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    throw error;
  } finally {
    client.release();
  }
}

async function run(client: pg.PoolClient, migration: Migration): Promise<void> {
  try {
    await client.query(migration.sql);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`migration ${migration.name} cannot be applied: ${reason}`, { cause });
  }
  await client.query(
    `insert into _prisma_migrations
       (id, checksum, finished_at, migration_name, started_at, applied_steps_count)
     values ($1, $2, clock_timestamp(), $3, now(), 1)`,
    [newId(), migration.checksum, migration.name],
  );
}
