import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { runOperandiGateway } from '../../gateway/operandi/run-gateway.ts';
import { readConfig } from '../../kernel/config/config.ts';
import { newSigningKey } from '../../kernel/crypto/assertion-keys.ts';
import { openDatabase } from '../../kernel/database/database.ts';
import { createTestDatabase, hasPostgres, type TestDatabase } from '../support/database.ts';
import { silentLog } from '../support/log.ts';
import { makeLogins, type Logins } from '../support/logins.ts';

describe.runIf(hasPostgres)('a process with the login of another kind', () => {
  const stack = new AsyncDisposableStack();
  let test: TestDatabase;
  let logins: Logins;
  beforeAll(async () => {
    test = stack.use(await createTestDatabase('postgres'));
    logins = stack.use(await makeLogins(test.databaseUrl ?? ''));
  });
  afterAll(() => stack.disposeAsync());

  const advice =
    /the login of DATABASE_URL may not act as \w+: give this process the login of its kind/;

  it('is told so as a gateway when it starts, and not ready', async () => {
    const key = { OPERANDI_ASSERTION_KEY: newSigningKey() };
    const environment = { DATABASE_URL: logins.app, PORT: '0', ...key };
    const config = readConfig(environment, {}, 'gateway');
    const { signal } = new AbortController();
    await expect(runOperandiGateway(config, silentLog, { signal })).rejects.toThrow(advice);
  });

  it('is told so by its first transaction as a worker', async () => {
    const config = { databaseUrl: logins.gateway, dataDir: '', databasePoolSize: 2 };
    await using database = await openDatabase(config, silentLog);
    await expect(database.asSystem((tx) => tx.$queryRaw`select 1`)).rejects.toThrow(advice);
  });
});
