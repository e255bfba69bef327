import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { sha256Hex } from '../../kernel/crypto/hash.ts';
import { migrate, plannedMigrations } from '../../kernel/database/migrate.ts';
import { createTestDatabase, allDatabaseKinds } from '../support/database.ts';
import type { TestDatabase } from '../support/database.ts';

interface Bookkeeping {
  readonly migration_name: string;
  readonly checksum: string;
  readonly is_finished: boolean;
  readonly applied_steps_count: number;
}

describe.each(allDatabaseKinds)('the migrator on %s', (kind) => {
  let test: TestDatabase;
  let pool: pg.Pool;
  let path: string;
  let folder: URL;

  beforeAll(async () => {
    test = await createTestDatabase(kind);
    pool = test.database.pool;
  });
  afterAll(() => test[Symbol.asyncDispose]());
  beforeEach(async () => {
    path = await mkdtemp(join(tmpdir(), 'operandi-test-'));
    folder = pathToFileURL(`${path}/`);
    await pool.query('drop schema if exists tried cascade');
    await pool.query('create schema tried');
    await pool.query(`delete from _prisma_migrations where migration_name like '9%'`);
  });
  afterEach(() => rm(path, { recursive: true }));

  async function write(name: string, sql: string): Promise<void> {
    await mkdir(join(path, name), { recursive: true });
    await writeFile(join(path, name, 'migration.sql'), sql);
  }

  async function bookkeeping(): Promise<Bookkeeping[]> {
    const { rows } = await pool.query<Bookkeeping>(
      `select migration_name, checksum, finished_at is not null as is_finished, applied_steps_count
       from _prisma_migrations where migration_name like '9%' order by started_at`,
    );
    return rows;
  }

  it('finds nothing to do in a database that is up to date', async () => {
    expect(await migrate(pool)).toEqual([]);
  });

  it('does not let others wait behind it for a table that somebody holds: it steps back and tries again', async () => {
    await pool.query('create table tried.held (a int)');
    await write('901_alter', 'alter table tried.held add b int;');
    const holder = await pool.connect();
    await holder.query('begin');
    await holder.query('lock table tried.held in access share mode');
    try {
      await expect(migrate(pool, { folder, lockMs: 50, tries: 1 })).rejects.toThrow('lock timeout');
      const waiting = migrate(pool, { folder, lockMs: 50 });
      await holder.query('commit');
      expect(await waiting).toEqual(['901_alter']);
    } finally {
      holder.release();
    }
  });

  it('tells what it would do, and does nothing', async () => {
    await write(
      '901_make',
      'create table tried.a (a int); grant select on tried.a to operandi_app;',
    );
    const [planned] = await plannedMigrations(pool, { folder });
    expect(planned?.name).toBe('901_make');
    expect(planned?.sql).toMatch(
      /^create table tried\.a \(a int\); grant select on tried\.a to \S+;$/,
    );
    expect(await bookkeeping()).toEqual([]);
  });

  it('makes all of a database without books, or nothing', async () => {
    await pool.query('alter table _prisma_migrations rename to kept_books');
    try {
      await write('901_make', 'create table tried.a (a int);');
      await write('902_add', 'alter table tried.nowhere add b int;');
      await expect(migrate(pool, { folder })).rejects.toThrow(/902_add cannot be applied/);
      const { rows } = await pool.query(
        `select to_regclass('tried.a') as made, to_regclass('_prisma_migrations') as books`,
      );
      expect(rows).toEqual([{ made: null, books: null }]);
      await write('902_add', 'alter table tried.a add b int;');
      expect(await migrate(pool, { folder })).toEqual(['901_make', '902_add']);
      expect((await bookkeeping()).map(({ is_finished }) => is_finished)).toEqual([true, true]);
    } finally {
      await pool.query('drop table if exists _prisma_migrations');
      await pool.query('alter table kept_books rename to _prisma_migrations');
    }
  });

  it('applies what is missing in order, and keeps the books that prisma keeps', async () => {
    await writeFile(join(path, 'migration_lock.toml'), 'provider = "postgresql"');
    await write('902_add', 'alter table tried.a add b int;');
    await write('901_make', 'create table tried.a (a int); insert into tried.a values (1);');
    expect(await migrate(pool, { folder })).toEqual(['901_make', '902_add']);
    expect(await migrate(pool, { folder })).toEqual([]);
    expect(await bookkeeping()).toEqual([
      {
        migration_name: '901_make',
        checksum: sha256Hex('create table tried.a (a int); insert into tried.a values (1);'),
        is_finished: true,
        applied_steps_count: 1,
      },
      {
        migration_name: '902_add',
        checksum: sha256Hex('alter table tried.a add b int;'),
        is_finished: true,
        applied_steps_count: 1,
      },
    ]);
  });

  it('applies each migration once when many start together', async () => {
    await write('901_make', 'create table tried.a (a int);');
    await write('902_fill', 'insert into tried.a values (1);');
    const results = await Promise.all(Array.from({ length: 5 }, () => migrate(pool, { folder })));
    expect(results.flat().sort()).toEqual(['901_make', '902_fill']);
    expect((await pool.query('select * from tried.a')).rowCount).toBe(1);
  });

  it('keeps nothing of a migration that fails, names it, and can go on once it is mended', async () => {
    await write('901_make', 'create table tried.a (a int);');
    await write('902_broken', 'insert into tried.a values (1); select 1/0;');
    await expect(migrate(pool, { folder })).rejects.toThrow(
      'migration 902_broken cannot be applied: division by zero',
    );
    expect((await pool.query('select * from tried.a')).rowCount).toBe(0);
    await write('902_broken', 'insert into tried.a values (2);');
    expect(await migrate(pool, { folder })).toEqual(['902_broken']);
  });

  it('refuses a migration that was edited after it was applied', async () => {
    await write('901_make', 'create table tried.a (a int);');
    await migrate(pool, { folder });
    await write('901_make', 'create table tried.a (b int);');
    await expect(migrate(pool, { folder })).rejects.toThrow(
      '901_make was edited after it was applied',
    );
  });

  it('refuses to go on where prisma left a migration half-way, unless it was rolled back', async () => {
    await write('901_make', 'create table tried.a (a int);');
    await pool.query(
      `insert into _prisma_migrations (id, checksum, migration_name) values ('x', 'x', '901_make')`,
    );
    await expect(migrate(pool, { folder })).rejects.toThrow('901_make failed half-way earlier');
    await pool.query(`update _prisma_migrations set rolled_back_at = now() where id = 'x'`);
    expect(await migrate(pool, { folder })).toEqual(['901_make']);
  });
});
