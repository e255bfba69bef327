import type { MemberGroup } from '../../prisma/_generated/client.ts';
import { record } from '../audit/record.ts';
import type { VerbContext } from '../context.ts';
import { parse } from '../parse.ts';
import { beyond, unionOf } from './grant.ts';
import {
  groupRole,
  holdWantedRole,
  loadGroup,
  loadWantedRole,
  lockGroup,
  oneRole,
} from './group-input.ts';
import { keepAdmin } from './keep-admin.ts';
import { grantOfGroup } from './member-actor.ts';
import { idInput } from './names.ts';
import { permit, permitGrant } from './permit.ts';
import { ringRevoked } from './revoked.ts';

const updateGroupInput = idInput
  .extend(groupRole)
  .refine(({ role, customRoleId }) => !role || !customRoleId, oneRole);

/** Gives a group another role or none, neither from nor to more than the caller may; within seconds its members may. */
export async function updateGroup(context: VerbContext, input: unknown): Promise<MemberGroup> {
  await permit(context, 'ACCESS_MANAGE', 'group.update');
  const { id, ...wish } = parse(updateGroupInput, input);
  const { tenantId } = context.actor;
  const known = await loadGroup(context, id);
  const held = grantOfGroup(known);
  const wanted = await loadWantedRole(context, wish);
  await permitGrant(context, unionOf([held, wanted.grant]), 'group.update');
  const group = await context.database.withTenant(tenantId, async (tx) => {
    const before = await lockGroup(tx, tenantId, known);
    const members = await tx.groupMembership.count({ where: { tenantId, groupId: id } });
    if (members > 0 && beyond(wanted.grant, held).length > 0)
      await keepAdmin(tx, { tenantId, id, grant: held });
    await holdWantedRole(tx, wanted);
    const { role, customRole } = wanted;
    await record(tx, context, {
      action: 'group.update',
      target: { kind: 'group', id },
      data: { from: before.customRoleId ?? before.role, to: customRole?.id ?? role },
    });
    return tx.memberGroup.update({
      where: { tenantId_id: { tenantId, id } },
      data: { role, customRoleId: customRole?.id ?? null },
    });
  });
  ringRevoked(context, id);
  return group;
}
