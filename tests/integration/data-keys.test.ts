import { randomBytes } from 'node:crypto';

import { expect, it } from 'vitest';

import { checkMasterKey } from '../../core/access/check-master-key.ts';
import { rewrapSealedValues } from '../../core/access/sealed-values.ts';
import { createJobKey, openDataKey, subjectKey } from '../../core/jobs/sensitive/data-key.ts';
import { createKeyring } from '../../kernel/crypto/keyring.ts';
import { createTestDatabase } from '../support/database.ts';
import { insertTenant } from '../support/tenant.ts';

const part = (id: string): string => `${id}:${randomBytes(32).toString('base64')}`;

it('keys of sensitive data go under a new master key, and keep the old one from being taken out before', async () => {
  await using test = await createTestDatabase();
  const tenantId = await insertTenant(test.database);
  const [older, newer] = [part('k1'), part('k2')];
  const old = createKeyring(older);
  const keys = await test.database.withTenant(tenantId, async (tx) => [
    await createJobKey(tx, old, tenantId),
    await subjectKey(tx, old, { tenantId, subject: { kind: 'subject', id: 'ada' } }),
  ]);
  const alone = createKeyring(newer);
  await expect(checkMasterKey({ database: test.database, keyring: alone })).rejects.toThrow(
    /k1 still seals/,
  );
  const both = createKeyring(`${newer},${older}`);
  // Those two, and the one for hashes.
  expect(await rewrapSealedValues({ database: test.database, keyring: both })).toBe(3);
  await checkMasterKey({ database: test.database, keyring: alone });
  const again = await test.database.withTenant(tenantId, async (tx) => {
    const found = await subjectKey(tx, alone, {
      tenantId,
      subject: { kind: 'subject', id: 'ada' },
    });
    const [first] = keys;
    const row = await tx.dataKey.findUniqueOrThrow({
      where: { tenantId_id: { tenantId, id: first?.id ?? '' } },
    });
    return [openDataKey(alone, tenantId, row), found];
  });
  expect(again.map((key) => Buffer.from(key?.bytes ?? []).toString('hex'))).toEqual(
    keys.map(({ bytes }) => Buffer.from(bytes).toString('hex')),
  );
});

it('a key does not open for another tenant', async () => {
  await using test = await createTestDatabase();
  const [tenantId, other] = [await insertTenant(test.database), await insertTenant(test.database)];
  const keyring = createKeyring(part('k1'));
  const { id } = await test.database.withTenant(tenantId, (tx) =>
    createJobKey(tx, keyring, tenantId),
  );
  await test.database.pool.query('update jobs.data_key set tenant_id = $2 where id = $1', [
    id,
    other,
  ]);
  const moved = await test.database.withTenant(other, (tx) => tx.dataKey.findFirstOrThrow());
  expect(() => openDataKey(keyring, other, moved)).toThrow(/does not open/);
});
