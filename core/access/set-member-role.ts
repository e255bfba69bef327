import { z } from 'zod';

import type { Member } from '../../prisma/_generated/client.ts';
import { record } from '../audit/record.ts';
import type { VerbContext } from '../context.ts';
import { parse, refuse } from '../parse.ts';
import { keepAdmin } from './keep-admin.ts';
import { loadMember } from './load-member.ts';
import { idInput } from './names.ts';
import { roleNames, rolePermissions } from './permissions.ts';
import { permit } from './permit.ts';
import { ringRevoked } from './revoked.ts';

const setMemberRoleInput = idInput.extend({ role: z.enum(roleNames) });

/** Changes a role, neither from nor to one that may do more than the caller. */
export async function setMemberRole(context: VerbContext, input: unknown): Promise<Member> {
  await permit(context, 'ACCESS_MANAGE', 'member_role.set');
  const { id, role } = parse(setMemberRoleInput, input);
  const { tenantId } = context.actor;
  const { role: from } = await loadMember(context, id);
  await permit(context, [...rolePermissions[from], ...rolePermissions[role]], 'member_role.set');
  const member = await context.database.withTenant(tenantId, async (tx) => {
    if (role !== 'ADMIN') await keepAdmin(tx, { tenantId, id, permissions: rolePermissions[from] });
    const { count } = await tx.member.updateMany({
      where: { tenantId, id, role: from, removedAt: null },
      data: { role },
    });
    if (count === 0) refuse('CONFLICT', 'input.id', 'the member was changed meanwhile; try again');
    await record(tx, context, {
      action: 'member_role.set',
      target: { kind: 'member', id },
      data: { from, to: role },
    });
    return tx.member.findUniqueOrThrow({ where: { tenantId_id: { tenantId, id } } });
  });
  ringRevoked(context, id);
  return member;
}
