import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { checkMasterKey } from '../../core/access/check-master-key.ts';
import { rewrapSealedValues } from '../../core/access/sealed-values.ts';
import { openCredential, storeCredential } from '../../core/integrations/credential.ts';
import { openSecret, sealSecret } from '../../core/jobs/secret-value.ts';
import { createKeyring } from '../../kernel/crypto/keyring.ts';
import { newId } from '../../kernel/ids.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { insertTenant } from '../support/tenant.ts';

const first = `k1:${randomBytes(32).toString('base64')}`;
const second = `k2:${randomBytes(32).toString('base64')}`;
const both = createKeyring(`${second},${first}`);

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test[Symbol.asyncDispose]());

const check = (masterKey: string) =>
  checkMasterKey({ database: test.database, keyring: createKeyring(masterKey) });

it('attack 52: finds at the start that a master key is another one under the same id', async () => {
  await check(first);
  await check(first);
  await expect(check(`k1:${randomBytes(32).toString('base64')}`)).rejects.toThrow(
    'key k1 is not the one that this database was sealed with',
  );
});

it('attack 52: moves all that older keys seal under the newest, and lets the old one go only then', async () => {
  const { database } = test;
  const tenantId = await insertTenant(database);
  const old = createKeyring(first);
  const integrationId = newId();
  await database.withTenant(tenantId, async (tx) => {
    const sealed = sealSecret(old, { tenantId, name: 'token' }, 'hush');
    await tx.secret.create({ data: { tenantId, name: 'token', version: 1, sealed } });
    await tx.integration.create({
      data: {
        ...{ tenantId, id: integrationId, name: 'crm', kind: 'http', config: {} },
        sealedHeaders: old.seal('{"x-key":"quiet"}', `${tenantId}:${integrationId}:headers`),
      },
    });
    const key = { tenantId, integrationId, version: 1 };
    await storeCredential(tx, old, { ...key, credential: { token: 'still' } });
  });
  await expect(check(second)).rejects.toThrow('key k1 still seals values');
  await check(`${second},${first}`);

  expect(await rewrapSealedValues({ database, keyring: both })).toBe(3);
  expect(await rewrapSealedValues({ database, keyring: both })).toBe(0);
  await check(second);
  const alone = createKeyring(second);
  const kept = await database.withTenant(tenantId, async (tx) => ({
    secret: await tx.secret.findFirstOrThrow(),
    credential: await tx.credential.findFirstOrThrow(),
  }));
  expect(openSecret(alone, { tenantId, name: 'token' }, kept.secret.sealed)).toBe('hush');
  const key = { tenantId, integrationId, version: 1 };
  expect(openCredential(alone, key, kept.credential.sealed)).toEqual({ token: 'still' });
});
