import { once } from 'node:events';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDatabase } from '../../kernel/database/database.ts';
import type { Database } from '../../kernel/database/database.ts';
import { serveSession } from '../../kernel/database/embedded/server.ts';
import { silentLog } from '../support/log.ts';
import { insertTenant } from '../support/tenant.ts';

describe('the embedded database', () => {
  let dataDir: string;
  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'operandi-test-'));
  });
  afterEach(() => rm(dataDir, { recursive: true, force: true }));

  const open = (): Promise<Database> =>
    openDatabase({ databaseUrl: undefined, dataDir, databasePoolSize: 3 }, silentLog);

  it('keeps what was committed from one start to the next', async () => {
    let tenantId: string;
    {
      await using database = await open();
      tenantId = await insertTenant(database, 'kept');
    }
    await using database = await open();
    const found = await database.withTenant(tenantId, (tx) => tx.tenant.findMany());
    expect(found).toMatchObject([{ name: 'kept' }]);
  });

  it('refuses a second opening of the same folder, and leaves the first alone', async () => {
    await using database = await open();
    await expect(open()).rejects.toMatchObject({ code: 'CONFLICT' });
    expect((await database.pool.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
  });

  it('listens in a folder that only its user may enter, and removes it at the end', async () => {
    let folder: string;
    {
      await using database = await open();
      expect(database.isEmbedded).toBe(true);
      const other = new pg.Pool({ connectionString: database.url, max: 1 });
      expect((await other.query('select 1 as n')).rows).toEqual([{ n: 1 }]);
      await other.end();
      folder = database.pool.options.host ?? '';
      expect((await stat(folder)).mode & 0o777).toBe(0o700);
    }
    await expect(stat(folder)).rejects.toMatchObject({ code: 'ENOENT' });
    expect(await readdir(dataDir)).toEqual(['database']);
  });

  it('lets the next connection in when one ends without a word in a transaction', async () => {
    await using database = await open();
    const { host, port, user, database: name } = database.pool.options;
    const target = { ...{ host, user, database: name }, ...(port === undefined ? {} : { port }) };
    const client = new pg.Client(target);
    client.on('error', () => undefined);
    await client.connect();
    await client.query('begin');
    await client.query({ name: 'mine', text: 'select 1' });
    client.connection.stream.destroy();
    const { rows } = await database.pool.query(
      'select count(*)::int as n from pg_prepared_statements',
    );
    expect(rows).toEqual([{ n: 0 }]);
  });

  it('cuts off a client that idles in a transaction, and lets the next one in', async () => {
    await using session = await PGlite.create();
    const listen = { host: '127.0.0.1', port: 0 };
    await using server = await serveSession(session, { listen, log: silentLog, idleMs: 50 });
    const target = { host: '127.0.0.1', port: server.port ?? 0, user: 'postgres' };
    const idler = new pg.Client(target);
    const cut = once(idler, 'error');
    await idler.connect();
    await idler.query('begin');
    const next = new pg.Client(target);
    await next.connect();
    expect((await next.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
    await cut;
    await next.end();
  });

  it('gives up opening when told to stop before', async () => {
    const stop = AbortSignal.abort(new Error('told to stop'));
    const config = { databaseUrl: undefined, dataDir, databasePoolSize: 3 };
    await expect(openDatabase(config, silentLog, stop)).rejects.toThrow('told to stop');
  });
});
