import { z } from 'zod';

import type { CustomRole } from '../../prisma/_generated/client.ts';
import { record } from '../audit/record.ts';
import type { VerbContext } from '../context.ts';
import { parse, refuse } from '../parse.ts';
import { keepAdmin } from './keep-admin.ts';
import { loadRole } from './load-role.ts';
import { idInput } from './names.ts';
import { isPermission, permissions } from './permissions.ts';
import { permit } from './permit.ts';
import { ringRevoked } from './revoked.ts';

const updateRoleInput = idInput.extend({ permissions: z.array(z.enum(permissions)).min(1) });

/** Changes what a role may do for all who have it, neither from nor to more than the caller may; within seconds they may. */
export async function updateRole(context: VerbContext, input: unknown): Promise<CustomRole> {
  await permit(context, 'ACCESS_MANAGE', 'role.update');
  const { id, permissions: wanted } = parse(updateRoleInput, input);
  const { tenantId } = context.actor;
  const before = await loadRole(context, id);
  const held = before.permissions.filter(isPermission);
  await permit(context, [...held, ...wanted], 'role.update');
  const granted = [...new Set(wanted)];
  const role = await context.database.withTenant(tenantId, async (tx) => {
    const bearers = await tx.member.count({
      where: { tenantId, customRoleId: id, removedAt: null },
    });
    if (bearers > 0 && held.some((one) => !granted.includes(one)))
      await keepAdmin(tx, { tenantId, id, permissions: held });
    const { count } = await tx.customRole.updateMany({
      where: { tenantId, id, permissions: { equals: before.permissions }, deletedAt: null },
      data: { permissions: granted },
    });
    if (count === 0) refuse('CONFLICT', 'input.id', 'the role was changed meanwhile; try again');
    await record(tx, context, {
      action: 'role.update',
      target: { kind: 'role', id },
      data: { from: held, to: granted },
    });
    return tx.customRole.findUniqueOrThrow({ where: { tenantId_id: { tenantId, id } } });
  });
  ringRevoked(context, id);
  return role;
}
