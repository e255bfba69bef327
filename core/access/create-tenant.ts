import { newId } from '../../kernel/ids.ts';
import { record } from '../audit/record.ts';
import type { Services } from '../context.ts';
import { parse } from '../parse.ts';
import { operatorActor } from './actor.ts';
import { insertApiKey } from './insert-api-key.ts';
import { displayName } from './names.ts';
import { permissions } from './permissions.ts';
import { permit } from './permit.ts';

/** What the tenant is called, and what takes its first key. */
export interface TenantWish {
  readonly name: string;
  /** Takes the key before it counts: when that fails, nothing is made. */
  readonly keep: (key: string) => Promise<void>;
}

/** Makes a tenant with its first admin key. For whoever runs the platform. */
export async function createTenant(
  { database }: Pick<Services, 'database'>,
  { name: given, keep }: TenantWish,
): Promise<{ readonly tenantId: string; readonly key: string }> {
  const name = parse(displayName, given, 'name');
  const tenantId = newId();
  const author = { actor: operatorActor(tenantId), requestId: newId() };
  await permit({ ...author, database }, 'ACCESS_MANAGE');
  return database.withTenant(tenantId, async (tx) => {
    await tx.tenant.create({ data: { id: tenantId, name } });
    const { apiKey, secret } = await insertApiKey(tx, database, {
      ...{ tenantId, name: 'First admin key', permissions, createdBy: author.actor.id },
      expiresAt: null,
    });
    const target = { kind: 'tenant', id: tenantId };
    await record(tx, author, { action: 'tenant.create', target, data: { name } });
    await record(tx, author, {
      action: 'api_key.create',
      target: { kind: 'api_key', id: apiKey.id },
    });
    await keep(secret);
    return { tenantId, key: secret };
  });
}
