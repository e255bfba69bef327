import type { MemberGroup } from '../../prisma/_generated/client.ts';
import { record } from '../audit/record.ts';
import type { VerbContext } from '../context.ts';
import { parse } from '../parse.ts';
import { loadGroup, lockGroup } from './group-input.ts';
import { keepAdmin } from './keep-admin.ts';
import { grantOfGroup } from './member-actor.ts';
import { idInput } from './names.ts';
import { permit, permitGrant } from './permit.ts';
import { ringRevoked } from './revoked.ts';

/** Deletes a group that may do no more than the caller: its role is nobody's any more, and approvals that ask for it are open to nobody by it. */
export async function deleteGroup(context: VerbContext, input: unknown): Promise<MemberGroup> {
  await permit(context, 'ACCESS_MANAGE', 'group.delete');
  const { id } = parse(idInput, input);
  const { tenantId } = context.actor;
  const known = await loadGroup(context, id);
  const held = grantOfGroup(known);
  await permitGrant(context, held, 'group.delete');
  const group = await context.database.withTenant(tenantId, async (tx) => {
    const { name } = await lockGroup(tx, tenantId, known);
    const { count } = await tx.groupMembership.deleteMany({ where: { tenantId, groupId: id } });
    if (count > 0) await keepAdmin(tx, { tenantId, id, grant: held });
    await record(tx, context, {
      action: 'group.delete',
      target: { kind: 'group', id },
      data: { name, members: count },
    });
    return tx.memberGroup.update({
      where: { tenantId_id: { tenantId, id } },
      data: { deletedAt: context.clock.now() },
    });
  });
  ringRevoked(context, id);
  return group;
}
