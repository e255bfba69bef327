import { randomBytes } from 'node:crypto';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { newKey } from '../../core/access/api-key.ts';
import { createKeyAuthenticator } from '../../core/access/authenticate-key.ts';
import { createApiKey } from '../../core/access/create-api-key.ts';
import type { Database } from '../../kernel/database/database.ts';
import { AppError } from '../../kernel/errors.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import {
  contextOfNewTenant,
  openTestServices,
  type TestServices,
} from '../support/verb-context.ts';

let db: TestDatabase;
let services: TestServices;

beforeAll(async () => {
  db = await createTestDatabase();
  services = openTestServices(db.database);
});

afterAll(async () => {
  await services[Symbol.asyncDispose]();
  await db[Symbol.asyncDispose]();
});

/** The database with a count of the looks for keys, and of those that are under way at once. */
function counted(database: Database) {
  const looks = { all: 0, now: 0, most: 0 };
  const counting: Database = {
    ...database,
    asSystem: async (work, options) => {
      looks.all += options?.isReadOnly === true ? 1 : 0;
      looks.now += 1;
      looks.most = Math.max(looks.most, looks.now);
      try {
        return await database.asSystem(work, options);
      } finally {
        looks.now -= 1;
      }
    },
  };
  return { looks, database: counting };
}

const codeOf = (error: unknown): string => (error instanceof AppError ? error.code : String(error));
const inventKey = (): string => newKey(db.database.isEmbedded ? 'local' : 'live').whole;

test('answers a live key beside a flood of invented ones, of which few are looked for', async () => {
  const { looks, database } = counted(db.database);
  using keys = createKeyAuthenticator({ ...services, database });
  const context = await contextOfNewTenant(services);
  const { secret, apiKey } = await createApiKey(context, {
    name: 'live',
    permissions: ['JOBS_READ'],
  });
  await keys.authenticateKey(secret, '192.0.2.1');
  const codes = new Set<string>();
  for (let attempt = 0; attempt < 300; attempt += 1) {
    await keys.authenticateKey(inventKey(), '198.51.100.1').catch((error: unknown) => {
      codes.add(codeOf(error));
    });
    const { actor } = await keys.authenticateKey(secret, '192.0.2.1');
    expect(actor.id).toBe(apiKey.id);
  }
  expect([...codes]).toEqual(['UNAUTHENTICATED', 'RATE_LIMITED']);
  // Ten looks a second would still be a flood; what remains are the free failures and the live key's own refreshes.
  expect(looks.all).toBeLessThan(100);
});

test('takes a good key from the address of the flood, when the key has been here before', async () => {
  using keys = createKeyAuthenticator(services);
  const context = await contextOfNewTenant(services);
  const { secret } = await createApiKey(context, { name: 'neighbour', permissions: ['JOBS_READ'] });
  await keys.authenticateKey(secret, '198.51.100.2');
  for (let attempt = 0; attempt < 40; attempt += 1) {
    await keys.authenticateKey(inventKey(), '198.51.100.2').catch(codeOf);
  }
  const { actor } = await keys.authenticateKey(secret, '198.51.100.2');
  expect(actor.tenantId).toBe(context.actor.tenantId);
});

test('looks for a few strangers at once, from however many addresses they come', async () => {
  const { looks, database } = counted(db.database);
  using keys = createKeyAuthenticator({ ...services, database });
  const context = await contextOfNewTenant(services);
  const { secret } = await createApiKey(context, { name: 'live', permissions: ['JOBS_READ'] });
  await keys.authenticateKey(secret, '192.0.2.1');
  looks.most = 0;
  const strangers = Array.from({ length: 400 }, () =>
    keys.authenticateKey(inventKey(), randomBytes(4).join('.')).catch(codeOf),
  );
  const { actor } = await keys.authenticateKey(secret, '192.0.2.1');
  const codes = await Promise.all(strangers);
  expect(actor.tenantId).toBe(context.actor.tenantId);
  expect(new Set(codes)).toEqual(new Set(['UNAUTHENTICATED', 'UNAVAILABLE']));
  expect(looks.most).toBeLessThanOrEqual(4);
});
