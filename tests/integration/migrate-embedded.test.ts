import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Database, openDatabase } from '../../kernel/database/database.ts';
import { moveEarlier } from '../../kernel/database/embedded/earlier/move-earlier.ts';
import { openEmbedded } from '../../kernel/database/embedded/embedded.ts';
import { migrate } from '../../kernel/database/migrate.ts';
import { createPool } from '../../kernel/database/pool.ts';
import { silentLog } from '../support/log.ts';

const tenantId = '00000000-0000-7000-8000-00000000beef';
const name = 'Käse, "quoted" \\ and {braces}, NULL';

/** Answers as the earlier database's reader does, out of a server: the files themselves need a package that is not here. */
const standIn = `
const pg = require(${JSON.stringify(fileURLToPath(new URL('../../node_modules/pg', import.meta.url)))});
const { readFileSync } = require('node:fs');
exports.PGlite = class PGlite {
  static async create(folder) {
    const client = new pg.Client(JSON.parse(readFileSync(folder + '/target', 'utf8')));
    await client.connect();
    return { query: (sql) => client.query(sql), close: () => client.end() };
  }
};`;

describe('moving the database of an earlier version', () => {
  const stack = { current: new AsyncDisposableStack() };
  let dataDir: string;
  let earlier: pg.Pool;

  beforeEach(async () => {
    stack.current = new AsyncDisposableStack();
    const folder = await mkdtemp(join(tmpdir(), 'operandi-test-'));
    stack.current.defer(() => rm(folder, { recursive: true, force: true }));
    dataDir = join(folder, 'data');
    await mkdir(join(dataDir, 'database'), { recursive: true });
    const { target } = stack.current.use(await openEmbedded(join(folder, 'other'), silentLog));
    await writeFile(join(dataDir, 'database', 'PG_VERSION'), '18\n');
    await writeFile(join(dataDir, 'database', 'target'), JSON.stringify(target));
    earlier = createPool(target, { size: 1, isSilenceWatched: false }, silentLog);
    stack.current.defer(() => earlier.end());
    await migrate(earlier, { isWanted: (each) => each === '20261123000000_init' });
    await earlier.query('insert into access.tenant (id, name) values ($1, $2)', [tenantId, name]);
  });
  afterEach(() => stack.current.disposeAsync());

  const open = (): Promise<Database> =>
    openDatabase({ databaseUrl: undefined, dataDir, databasePoolSize: 2 }, silentLog);

  async function installReader(): Promise<void> {
    const folder = join(dataDir, 'pglite', 'node_modules', '@electric-sql', 'pglite');
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'index.js'), standIn);
  }

  async function addAuditEvents(): Promise<void> {
    await earlier.query(
      `do $$ begin for i in 1..5000 loop perform pg_current_xact_id(); commit; end loop; end $$`,
    );
    await earlier.query(
      `insert into audit.event (tenant_id, id, actor_kind, actor_id, actor_name, action, target_kind, target_id, data)
       select $1, gen_random_uuid(), 'user', 'u', 'somebody', 'job.submit', 'job', n::text, '{"n": 1.10}'
       from generate_series(1, 250) n`,
      [tenantId],
    );
  }

  it('is asked for by who finds such a folder, with the commands to type', async () => {
    await expect(open()).rejects.toThrow(
      /npm install --prefix "[^"]+pglite" @electric-sql\/pglite@.*npx operandi migrate-embedded/s,
    );
    await expect(moveEarlier(dataDir, silentLog)).rejects.toThrow(/npm install --prefix/);
    expect(await readdir(dataDir)).toEqual(['database']);
  });

  it('brings rows over as they are, through the migrations that came since', async () => {
    await installReader();
    await addAuditEvents();
    const { rows } = await moveEarlier(dataDir, silentLog);
    expect(rows).toBe(251);
    await using database = await open();
    expect(await database.withTenant(tenantId, (tx) => tx.tenant.findMany())).toMatchObject([
      { id: tenantId, name },
    ]);
    const moved = await database.pool.query('select * from audit.event order by position');
    const given = await earlier.query('select * from audit.event order by position');
    expect(moved.rows).toMatchObject(given.rows);
  });

  it('goes on behind the transaction ids and positions that events carry', async () => {
    await installReader();
    await addAuditEvents();
    await moveEarlier(dataDir, silentLog);
    await using database = await open();
    const { rows } = await database.pool.query(
      `select max(tx) < pg_snapshot_xmin(pg_current_snapshot()) as is_visible,
         max(position)::int as last, nextval(pg_get_serial_sequence('audit.event', 'position'))::int as next
       from audit.event`,
    );
    expect(rows).toEqual([{ is_visible: true, last: 250, next: 251 }]);
  });

  it('begins anew after it was cut off, and refuses to go over a newer database', async () => {
    await installReader();
    await mkdir(join(dataDir, 'moving', 'postgres'), { recursive: true });
    await moveEarlier(dataDir, silentLog);
    expect((await readdir(dataDir)).sort()).toEqual(['database', 'pglite', 'postgres']);
    await expect(moveEarlier(dataDir, silentLog)).rejects.toMatchObject({ code: 'CONFLICT' });
  });
});
