import type { Services } from '../context.ts';
import { record } from '../audit/record.ts';
import { systemActor } from './actor.ts';
import { insertApiKey } from './insert-api-key.ts';
import { permissions } from './permissions.ts';
import { permit } from './permit.ts';

// Fixed, so that of several processes starting at once one inserts it and the others find it there.
const firstTenantId = '00000000-0000-7000-8000-000000000001';

/**
 * Makes the first tenant and its admin key when there is no tenant yet; the key is in this answer only, and in what `keep`
 * does with it: when that fails, nothing is made.
 */
export async function bootstrap(
  { database }: Pick<Services, 'database'>,
  keep: (key: string) => Promise<void> = () => Promise.resolve(),
): Promise<{ tenantId: string; key: string } | undefined> {
  const tenantId = firstTenantId;
  const author = { actor: systemActor(tenantId), requestId: 'first-start' };
  await permit({ ...author, database }, 'ACCESS_MANAGE');
  if ((await database.asSystem((tx) => tx.tenant.count({ take: 1 }))) > 0) return undefined;
  return database.withTenant(tenantId, async (tx) => {
    const inserted = await tx.$executeRaw`
      insert into access.tenant (id, name) values (${tenantId}::uuid, 'Operandi') on conflict do nothing`;
    if (inserted === 0) return undefined;
    const { apiKey, secret } = await insertApiKey(tx, database, {
      tenantId,
      name: 'First admin key',
      permissions,
      createdBy: author.actor.id,
      expiresAt: null,
    });
    await record(tx, author, { action: 'tenant.create', target: { kind: 'tenant', id: tenantId } });
    await record(tx, author, {
      action: 'api_key.create',
      target: { kind: 'api_key', id: apiKey.id },
    });
    await keep(secret);
    return { tenantId, key: secret };
  });
}
