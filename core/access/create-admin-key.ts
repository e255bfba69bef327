import { AppError, NotFoundError } from '../../kernel/errors.ts';
import { isId } from '../../kernel/ids.ts';
import { record } from '../audit/record.ts';
import type { Services } from '../context.ts';
import { systemActor } from './actor.ts';
import { insertApiKey } from './insert-api-key.ts';
import { parse } from '../parse.ts';
import { displayName } from './names.ts';
import { permissions } from './permissions.ts';
import { permit } from './permit.ts';

/** For whom, and what it is called. */
export interface AdminKeyWish {
  /** Absent: the only tenant there is. */
  readonly tenantId?: string | undefined;
  readonly name: string;
  /** Takes the key before it counts: when that fails, none is made. */
  readonly keep: (key: string) => Promise<void>;
}

/** Makes a key that may do everything in a tenant. For whoever holds the database: the way back in when no admin is left. */
export async function createAdminKey(
  { database }: Pick<Services, 'database'>,
  { tenantId: wanted, name: given, keep }: AdminKeyWish,
): Promise<{ readonly tenantId: string; readonly id: string }> {
  const name = parse(displayName, given, 'name');
  const tenantId = await tenantOf(database, wanted);
  const author = { actor: systemActor(tenantId), requestId: 'keys-create' };
  await permit({ ...author, database }, 'ACCESS_MANAGE');
  return database.withTenant(tenantId, async (tx) => {
    const { apiKey, secret } = await insertApiKey(tx, database, {
      ...{ tenantId, name, permissions, createdBy: author.actor.id, expiresAt: null },
    });
    await record(tx, author, {
      action: 'api_key.create',
      target: { kind: 'api_key', id: apiKey.id },
      data: { name, permissions: [...permissions], isRecovery: true },
    });
    await keep(secret);
    return { tenantId, id: apiKey.id };
  });
}

async function tenantOf(
  database: Services['database'],
  wanted: string | undefined,
): Promise<string> {
  const where = wanted === undefined ? {} : { id: wanted };
  if (wanted !== undefined && !isId(wanted)) throw new NotFoundError('tenant', wanted);
  const tenants = await database.asSystem(
    (tx) => tx.tenant.findMany({ where, take: 2, select: { id: true } }),
    { isReadOnly: true },
  );
  const [tenant, ...others] = tenants;
  if (tenant === undefined && wanted !== undefined) throw new NotFoundError('tenant', wanted);
  if (tenant === undefined)
    throw new AppError('NOT_FOUND', 'there is no tenant yet; operandi migrate makes the first one');
  if (others.length > 0)
    throw new AppError('BAD_USER_INPUT', 'there are several tenants; say which one');
  return tenant.id;
}
