import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { migrateDatabase, openDatabase } from '../../kernel/database/database.ts';
import { startProcess } from '../e2e/platform-processes.ts';
import { type Authority, createAuthority } from '../support/certificates.ts';
import { hasPostgres, hasRedis } from '../support/database.ts';
import { silentLog } from '../support/log.ts';
import { type PostgresServer, startPostgres } from '../support/start-postgres.ts';
import { type RedisServer, startRedis } from '../support/start-redis.ts';

describe.runIf(hasPostgres && hasRedis)('PostgreSQL and Redis over TLS', () => {
  const stack = new AsyncDisposableStack();
  let authority: Authority;
  let postgres: PostgresServer;
  let redis: RedisServer;

  beforeAll(async () => {
    authority = stack.use(await createAuthority());
    const files = await authority.issue('server', { san: 'IP:127.0.0.1' });
    const servers = [startPostgres({ certificate: files }), startRedis(files)] as const;
    const [first, second] = await Promise.all(servers);
    if (first === undefined || second === undefined) throw new Error('a server is missing');
    postgres = stack.use(first);
    redis = stack.use(second);
  });
  afterAll(() => stack.disposeAsync());

  const verified = (caFile: string): string =>
    `${postgres.url}?sslmode=verify-full&sslrootcert=${encodeURIComponent(caFile)}`;

  it('are reached as the page says, with nothing said in clear', async () => {
    const databaseUrl = verified(authority.caFile);
    const config = { databaseUrl, dataDir: '', databasePoolSize: 2 };
    await migrateDatabase(config, silentLog);
    await using database = await openDatabase(config, silentLog);
    const { rows } = await database.pool.query(
      'select ssl, version from pg_stat_ssl where pid = pg_backend_pid()',
    );
    expect(rows).toEqual([{ ssl: true, version: 'TLSv1.3' }]);

    await using doctor = startProcess(['doctor'], {
      ...{ DATABASE_URL: databaseUrl, REDIS_URL: redis.url, LOG_LEVEL: 'error' },
      NODE_EXTRA_CA_CERTS: authority.caFile,
    });
    await doctor.exitCode;
    expect(doctor.output()).toContain('✓ database/reach');
    expect(doctor.output()).toContain('✓ redis');
  });

  it('are not believed when somebody else signed for them', async () => {
    await using stranger = await createAuthority();
    await using doctor = startProcess(['doctor'], {
      ...{ DATABASE_URL: verified(stranger.caFile), REDIS_URL: redis.url, LOG_LEVEL: 'error' },
      NODE_EXTRA_CA_CERTS: stranger.caFile,
    });
    expect(await doctor.exitCode).toBe(1);
    expect(doctor.output()).toMatch(/✗ database\/reach.*certificate/);
    expect(doctor.output()).toMatch(/✗ redis.*certificate/);
  });
});
