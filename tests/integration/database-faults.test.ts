import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migrateDatabase, openDatabase } from '../../kernel/database/database.ts';
import type { Database } from '../../kernel/database/database.ts';
import { hasPostgres } from '../support/database.ts';
import { recordingLog, silentLog } from '../support/log.ts';
import { freePort } from '../support/process.ts';
import { startPostgres } from '../support/start-postgres.ts';
import type { PostgresServer } from '../support/start-postgres.ts';
import { insertTenant } from '../support/tenant.ts';
import { until } from '../support/until.ts';

const open = (databaseUrl: string): Promise<Database> =>
  openDatabase({ databaseUrl, dataDir: '', databasePoolSize: 4 }, silentLog);

it('opening a database that does not answer fails as UNAVAILABLE', async () => {
  const url = `postgres://postgres@127.0.0.1:${await freePort()}/none`;
  await expect(open(url)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
});

describe.runIf(hasPostgres)('a database that crashes', () => {
  let server: PostgresServer;
  let database: Database;
  let tenantId: string;

  beforeAll(async () => {
    const started = await startPostgres({ isDurable: true });
    if (started === undefined) throw new Error('PostgreSQL is not installed here');
    server = started;
    const config = { databaseUrl: server.url, dataDir: '', databasePoolSize: 1 };
    await migrateDatabase(config, silentLog);
    database = await open(server.url);
    tenantId = await insertTenant(database, 'durable');
  });
  afterAll(async () => {
    await database[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
  });

  it('fails the transaction as UNAVAILABLE and keeps nothing of it', async () => {
    const broken = database.withTenant(tenantId, async (tx) => {
      await tx.tenant.update({ where: { id: tenantId }, data: { name: 'changed' } });
      await server.crashAndRestart();
      return tx.tenant.findMany();
    });
    await expect(broken).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    const found = await until('the database is back', () =>
      database.withTenant(tenantId, (tx) => tx.tenant.findMany()).catch(() => undefined),
    );
    expect(found).toMatchObject([{ name: 'durable' }]);
  });

  it('is not told of as lost because a connection has nothing to say', async () => {
    const { log, lines } = recordingLog();
    const config = { databaseUrl: server.url, dataDir: '', databasePoolSize: 1 };
    await using quiet = await openDatabase({ ...config, databaseDeadlineMs: 100 }, log);
    await quiet.check();
    const connections = async (): Promise<number> => {
      const { rows } = await database.pool.query<{ open: number }>(
        `select count(*)::int as open from pg_stat_activity where query = 'select 1'`,
      );
      return rows[0]?.open ?? 0;
    };
    expect(await connections()).toBe(1);
    await until('it has been let go', async () => (await connections()) === 0, 30_000);
    expect(lines.filter((line) => line.includes('was lost'))).toEqual([]);
  });

  it('is UNAVAILABLE while it is down and serves again afterwards', async () => {
    await server.stop();
    const ask = (): Promise<number> => database.withTenant(tenantId, (tx) => tx.tenant.count());
    await expect(ask()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await server.start();
    expect(await until('the database is back', () => ask().catch(() => undefined))).toBe(1);
  });

  it('ends a statement that takes too long', async () => {
    await expect(
      database.withTenant(tenantId, (tx) => tx.$queryRaw`select pg_sleep(30)::text`, {
        timeoutMs: 200,
      }),
    ).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });
});
