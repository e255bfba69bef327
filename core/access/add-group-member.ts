import { z } from 'zod';

import type { MemberGroup } from '../../prisma/_generated/client.ts';
import { record } from '../audit/record.ts';
import type { VerbContext } from '../context.ts';
import { parse, refuse } from '../parse.ts';
import { loadGroup, lockGroup } from './group-input.ts';
import { loadMember } from './load-member.ts';
import { grantOfGroup } from './member-actor.ts';
import { permit, permitGrant } from './permit.ts';
import { ringRevoked } from './revoked.ts';

/** Members of a group, and groups of a member. */
const maxMembers = 1_000;
const maxGroups = 50;

/** A group and a member, for verbs that bring them together or apart. */
export const membershipInput = z.strictObject({ groupId: z.uuid(), memberId: z.uuid() });

/** Adds a member to a group whose role may do no more than the caller; within seconds the member may. */
export async function addGroupMember(context: VerbContext, input: unknown): Promise<MemberGroup> {
  const action = 'group_member.add';
  await permit(context, 'ACCESS_MANAGE', action);
  const { groupId, memberId } = parse(membershipInput, input);
  const { tenantId } = context.actor;
  const known = await loadGroup(context, groupId);
  await permitGrant(context, grantOfGroup(known), action);
  await loadMember(context, memberId);
  const group = await context.database.withTenant(tenantId, async (tx) => {
    const locked = await lockGroup(tx, tenantId, known);
    const inGroup = await tx.groupMembership.count({ where: { tenantId, groupId } });
    const ofMember = await tx.groupMembership.count({ where: { tenantId, memberId } });
    if (inGroup >= maxMembers)
      refuse('CONFLICT', 'input.groupId', `it has ${String(maxMembers)} members already`);
    if (ofMember >= maxGroups)
      refuse('CONFLICT', 'input.memberId', `they are in ${String(maxGroups)} groups already`);
    const { count } = await tx.groupMembership.createMany({
      data: [{ tenantId, groupId, memberId }],
      skipDuplicates: true,
    });
    if (count === 0) refuse('CONFLICT', 'input.memberId', 'the member is in the group already');
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
