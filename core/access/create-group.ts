import { z } from 'zod';

import type { MemberGroup } from '../../prisma/_generated/client.ts';
import { newId } from '../../kernel/ids.ts';
import { record } from '../audit/record.ts';
import type { VerbContext } from '../context.ts';
import { parse, refuse } from '../parse.ts';
import { groupRole, holdWantedRole, loadWantedRole, oneRole } from './group-input.ts';
import { displayName } from './names.ts';
import { permit, permitGrant } from './permit.ts';

/** Groups of a tenant. */
const maxGroups = 500;

const createGroupInput = z
  .strictObject({ name: displayName, ...groupRole })
  .refine(({ role, customRoleId }) => !role || !customRoleId, oneRole);

/** Makes a group without members, whose role may do at most what its maker may. */
export async function createGroup(context: VerbContext, input: unknown): Promise<MemberGroup> {
  await permit(context, 'ACCESS_MANAGE', 'group.create');
  const { name, ...wish } = parse(createGroupInput, input);
  const wanted = await loadWantedRole(context, wish);
  await permitGrant(context, wanted.grant, 'group.create');
  const { tenantId } = context.actor;
  return context.database.withTenant(tenantId, async (tx) => {
    await holdWantedRole(tx, wanted);
    const count = await tx.memberGroup.count({ where: { tenantId, deletedAt: null } });
    if (count >= maxGroups)
      refuse('CONFLICT', 'input.name', `there are ${String(maxGroups)} groups already`);
    const id = newId();
    const { role, customRole } = wanted;
    const inserted = await tx.$executeRaw`
      insert into access.member_group (tenant_id, id, name, role, custom_role_id)
      values (${tenantId}::uuid, ${id}::uuid, ${name}, ${role}::access.role, ${customRole?.id ?? null}::uuid)
      on conflict (tenant_id, lower(name)) where deleted_at is null do nothing`;
    if (inserted === 0) refuse('ALREADY_EXISTS', 'input.name', 'a group has this name');
    await record(tx, context, {
      action: 'group.create',
      target: { kind: 'group', id },
      data: { name, role: customRole?.id ?? role },
    });
    return tx.memberGroup.findUniqueOrThrow({ where: { tenantId_id: { tenantId, id } } });
  });
}
