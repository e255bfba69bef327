import { z } from 'zod';

import type { CustomRole } from '../../prisma/_generated/client.ts';
import { record } from '../audit/record.ts';
import type { VerbContext } from '../context.ts';
import { parse, refuse } from '../parse.ts';
import { conditionsInput } from './conditions.ts';
import { roleGrant } from './create-role.ts';
import { beyond, grantOf, grantOfRole, toldGrant, unionOf } from './grant.ts';
import { keepAdmin } from './keep-admin.ts';
import { loadRole } from './load-role.ts';
import { hasBearers } from './role-bearers.ts';
import { idInput } from './names.ts';
import { permissions } from './permissions.ts';
import { permit, permitGrant } from './permit.ts';
import { ringRevoked } from './revoked.ts';

const updateRoleInput = idInput.extend({
  permissions: z.array(z.enum(permissions)).min(1),
  conditions: conditionsInput.nullish(),
});

/** Changes what a role may do for all who have it, neither from nor to more than the caller may; within seconds they may. */
export async function updateRole(context: VerbContext, input: unknown): Promise<CustomRole> {
  await permit(context, 'ACCESS_MANAGE', 'role.update');
  const { id, permissions: wanted, conditions } = parse(updateRoleInput, input);
  const { tenantId } = context.actor;
  const before = await loadRole(context, id);
  const held = grantOfRole(before);
  // Whoever does not know of conditions takes none away.
  const granted = conditions
    ? roleGrant(wanted, conditions)
    : grantOf([...new Set(wanted)], held.conditions ?? {});
  await permitGrant(context, unionOf([held, granted]), 'role.update');
  const role = await context.database.withTenant(tenantId, async (tx) => {
    if (beyond(granted, held).length > 0 && (await hasBearers(tx, before)))
      await keepAdmin(tx, { tenantId, id, grant: held });
    const count = await tx.$executeRaw`
      update access.custom_role
      set permissions = ${granted.permissions}::text[], conditions = ${JSON.stringify(granted.conditions ?? {})}::jsonb
      where tenant_id = ${tenantId}::uuid and id = ${id}::uuid and deleted_at is null
        and permissions = ${before.permissions}::text[] and conditions = ${JSON.stringify(before.conditions)}::jsonb`;
    if (count === 0) refuse('CONFLICT', 'input.id', 'the role was changed meanwhile; try again');
    await record(tx, context, {
      action: 'role.update',
      target: { kind: 'role', id },
      data: { from: toldGrant(held), to: toldGrant(granted) },
    });
    return tx.customRole.findUniqueOrThrow({ where: { tenantId_id: { tenantId, id } } });
  });
  ringRevoked(context, id);
  return role;
}
