import type { CustomRole } from '../../prisma/_generated/client.ts';
import { record } from '../audit/record.ts';
import type { VerbContext } from '../context.ts';
import { parse, refuse } from '../parse.ts';
import { grantOfRole } from './grant.ts';
import { loadRole } from './load-role.ts';
import { idInput } from './names.ts';
import { hasBearers } from './role-bearers.ts';
import { permit, permitGrant } from './permit.ts';

/** Deletes a role that nobody has, and that may do no more than the caller. */
export async function deleteRole(context: VerbContext, input: unknown): Promise<CustomRole> {
  await permit(context, 'ACCESS_MANAGE', 'role.delete');
  const { id } = parse(idInput, input);
  const { tenantId } = context.actor;
  const role = await loadRole(context, id);
  await permitGrant(context, grantOfRole(role), 'role.delete');
  return context.database.withTenant(tenantId, async (tx) => {
    // Locked against whoever gives it to a member meanwhile: that refers to the row.
    await tx.$queryRaw`
      select from access.custom_role where tenant_id = ${tenantId}::uuid and id = ${id}::uuid for update`;
    if (await hasBearers(tx, role))
      refuse(
        'CONFLICT',
        'input.id',
        'members, keys or groups have the role; take it from them first',
      );
    const { count } = await tx.customRole.updateMany({
      where: { tenantId, id, deletedAt: null },
      data: { deletedAt: context.clock.now() },
    });
    if (count === 0) refuse('CONFLICT', 'input.id', 'the role is deleted already');
    await record(tx, context, { action: 'role.delete', target: { kind: 'role', id } });
    return tx.customRole.findUniqueOrThrow({ where: { tenantId_id: { tenantId, id } } });
  });
}
