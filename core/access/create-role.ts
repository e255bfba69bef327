import { z } from 'zod';

import type { CustomRole } from '../../prisma/_generated/client.ts';
import { newId } from '../../kernel/ids.ts';
import { record } from '../audit/record.ts';
import type { VerbContext } from '../context.ts';
import { parse, refuse } from '../parse.ts';
import { displayName } from './names.ts';
import { permissions } from './permissions.ts';
import { permit } from './permit.ts';
import { requireRoom } from './quota.ts';

const createRoleInput = z.strictObject({
  name: displayName,
  permissions: z.array(z.enum(permissions)).min(1),
});

/** Makes a role that may do at most what its maker may. */
export async function createRole(context: VerbContext, input: unknown): Promise<CustomRole> {
  await permit(context, 'ACCESS_MANAGE', 'role.create');
  const { name, permissions: wanted } = parse(createRoleInput, input);
  await permit(context, wanted, 'role.create');
  const { tenantId } = context.actor;
  const granted = [...new Set(wanted)];
  return context.database.withTenant(tenantId, async (tx) => {
    await requireRoom(tx, context, 'roles');
    const id = newId();
    const inserted = await tx.$executeRaw`
      insert into access.custom_role (tenant_id, id, name, permissions)
      values (${tenantId}::uuid, ${id}::uuid, ${name}, ${granted}::text[])
      on conflict (tenant_id, lower(name)) where deleted_at is null do nothing`;
    if (inserted === 0) refuse('ALREADY_EXISTS', 'input.name', 'a role has this name');
    await record(tx, context, {
      action: 'role.create',
      target: { kind: 'role', id },
      data: { name, permissions: granted },
    });
    return tx.customRole.findUniqueOrThrow({ where: { tenantId_id: { tenantId, id } } });
  });
}
