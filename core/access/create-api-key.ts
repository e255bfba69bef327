import { z } from 'zod';

import { record } from '../audit/record.ts';
import type { VerbContext } from '../context.ts';
import { parse } from '../parse.ts';
import { grantOfRole } from './grant.ts';
import { insertApiKey } from './insert-api-key.ts';
import type { ApiKeyRecord } from './insert-api-key.ts';
import { holdRole, loadRole } from './load-role.ts';
import { displayName } from './names.ts';
import { permissions } from './permissions.ts';
import { permit, permitGrant } from './permit.ts';
import { requireRoom } from './quota.ts';

const createApiKeyInput = z
  .strictObject({
    name: displayName,
    permissions: z.array(z.enum(permissions)).min(1).nullish(),
    customRoleId: z.uuid().nullish(),
    expiresAt: z.iso.datetime({ offset: true }).nullish(),
  })
  .refine(({ permissions: own, customRoleId }) => Boolean(own) !== Boolean(customRoleId), {
    path: ['permissions'],
    message: 'give permissions or a role, and not both',
  });

/** Makes a key that may do at most what its maker may; the secret is in this answer and nowhere else. */
export async function createApiKey(
  context: VerbContext,
  input: unknown,
): Promise<{ apiKey: ApiKeyRecord; secret: string }> {
  await permit(context, 'ACCESS_MANAGE', 'api_key.create');
  const { name, permissions: own, customRoleId, expiresAt } = parse(notPast(context), input);
  const role = customRoleId ? await loadRole(context, customRoleId) : undefined;
  const wanted = role === undefined ? { permissions: [...new Set(own)] } : grantOfRole(role);
  await permitGrant(context, wanted, 'api_key.create');
  const { tenantId, id: createdBy } = context.actor;
  return context.database.withTenant(tenantId, async (tx) => {
    await requireRoom(tx, context, 'keys');
    if (role !== undefined) await holdRole(tx, role);
    const made = await insertApiKey(tx, context.database, {
      tenantId,
      name,
      permissions: role === undefined ? wanted.permissions : [],
      customRoleId: role?.id ?? null,
      createdBy,
      expiresAt: typeof expiresAt === 'string' ? new Date(expiresAt) : null,
    });
    await record(tx, context, {
      action: 'api_key.create',
      target: { kind: 'api_key', id: made.apiKey.id },
      data: {
        name,
        ...(role === undefined ? { permissions: wanted.permissions } : { role: role.id }),
      },
    });
    return made;
  });
}

function notPast({ clock }: VerbContext) {
  return createApiKeyInput.refine(
    ({ expiresAt }) => typeof expiresAt !== 'string' || new Date(expiresAt) > clock.now(),
    { path: ['expiresAt'], message: 'must be in the future' },
  );
}
