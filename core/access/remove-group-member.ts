import type { MemberGroup } from '../../prisma/_generated/client.ts';
import { record } from '../audit/record.ts';
import type { VerbContext } from '../context.ts';
import { parse, refuse } from '../parse.ts';
import { membershipInput } from './add-group-member.ts';
import { beyond, unionOf } from './grant.ts';
import { loadGroup, lockGroup } from './group-input.ts';
import { keepAdmin } from './keep-admin.ts';
import { loadMember } from './load-member.ts';
import { grantOfGroup, grantOfGroups, grantOfMember, ownGrant } from './member-actor.ts';
import { permit, permitGrant } from './permit.ts';
import { ringRevoked } from './revoked.ts';

/** Takes a member out of a group whose role may do no more than the caller. */
export async function removeGroupMember(
  context: VerbContext,
  input: unknown,
): Promise<MemberGroup> {
  const action = 'group_member.remove';
  await permit(context, 'ACCESS_MANAGE', action);
  const { groupId, memberId } = parse(membershipInput, input);
  const { tenantId } = context.actor;
  const known = await loadGroup(context, groupId);
  await permitGrant(context, grantOfGroup(known), action);
  const member = await loadMember(context, memberId);
  const others = member.groups.filter(({ group }) => group.id !== groupId);
  const after = unionOf([ownGrant(member), grantOfGroups({ groups: others })]);
  const held = grantOfMember(member);
  const group = await context.database.withTenant(tenantId, async (tx) => {
    const locked = await lockGroup(tx, tenantId, known);
    if (beyond(after, held).length > 0)
      await keepAdmin(tx, { tenantId, id: memberId, grant: held });
    const { count } = await tx.groupMembership.deleteMany({
      where: { tenantId, groupId, memberId },
    });
    if (count === 0) refuse('CONFLICT', 'input.memberId', 'the member is not in the group');
    await record(tx, context, {
      action,
      target: { kind: 'group', id: groupId },
      data: { member: memberId },
    });
    return locked;
  });
  ringRevoked(context, memberId);
  return group;
}
