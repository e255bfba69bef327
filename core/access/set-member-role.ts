import { z } from 'zod';

import type { Member } from '../../prisma/_generated/client.ts';
import { record } from '../audit/record.ts';
import type { VerbContext } from '../context.ts';
import { parse, refuse } from '../parse.ts';
import { keepAdmin } from './keep-admin.ts';
import { loadMember } from './load-member.ts';
import { holdRole, loadRole } from './load-role.ts';
import { beyond, unionOf } from './grant.ts';
import { grantOfGroups, ownGrant } from './member-actor.ts';
import type { MemberWithRole } from './member-actor.ts';
import { idInput } from './names.ts';
import { roleNames } from './permissions.ts';
import { permit, permitGrant } from './permit.ts';
import { ringRevoked } from './revoked.ts';

const setMemberRoleInput = idInput.extend({
  role: z.enum(roleNames),
  customRoleId: z.uuid().nullish(),
});

/** Changes a role, neither from nor to one that may do more than the caller; one of the tenant's own goes before the built-in one. */
export async function setMemberRole(context: VerbContext, input: unknown): Promise<Member> {
  await permit(context, 'ACCESS_MANAGE', 'member_role.set');
  const { id, role, customRoleId } = parse(setMemberRoleInput, input);
  const { tenantId } = context.actor;
  const before = await loadMember(context, id);
  const customRole = customRoleId ? await loadRole(context, customRoleId) : null;
  const held = ownGrant(before);
  const wanted = ownGrant({ role, customRole });
  const after = unionOf([wanted, grantOfGroups(before)]);
  await permitGrant(context, unionOf([held, wanted]), 'member_role.set');
  const { role: from } = before;
  const member = await context.database.withTenant(tenantId, async (tx) => {
    if (beyond(after, held).length > 0) await keepAdmin(tx, { tenantId, id, grant: held });
    if (customRole !== null) await holdRole(tx, customRole);
    const { count } = await tx.member.updateMany({
      where: { tenantId, id, role: from, customRoleId: before.customRoleId, removedAt: null },
      data: { role, customRoleId: customRole?.id ?? null },
    });
    if (count === 0) refuse('CONFLICT', 'input.id', 'the member was changed meanwhile; try again');
    await record(tx, context, {
      action: 'member_role.set',
      target: { kind: 'member', id },
      data: { from: nameOf(before), to: nameOf({ role, customRole }) },
    });
    return tx.member.findUniqueOrThrow({ where: { tenantId_id: { tenantId, id } } });
  });
  ringRevoked(context, id);
  return member;
}

function nameOf({ role, customRole }: Pick<MemberWithRole, 'role' | 'customRole'>): string {
  return customRole?.id ?? role;
}
