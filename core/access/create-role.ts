import { z } from 'zod';

import type { CustomRole } from '../../prisma/_generated/client.ts';
import { AppError } from '../../kernel/errors.ts';
import { newId } from '../../kernel/ids.ts';
import { record } from '../audit/record.ts';
import type { VerbContext } from '../context.ts';
import { parse, refuse } from '../parse.ts';
import { conditionsInput, type Conditions } from './conditions.ts';
import { grantOf, toldGrant } from './grant.ts';
import type { Grant } from './grant.ts';
import { displayName } from './names.ts';
import { permissions } from './permissions.ts';
import type { Permission } from './permissions.ts';
import { permit, permitGrant } from './permit.ts';
import { requireRoom } from './quota.ts';

const createRoleInput = z.strictObject({
  name: displayName,
  permissions: z.array(z.enum(permissions)).min(1),
  conditions: conditionsInput.nullish(),
});

/** Makes a role that may do at most what its maker may. */
export async function createRole(context: VerbContext, input: unknown): Promise<CustomRole> {
  await permit(context, 'ACCESS_MANAGE', 'role.create');
  const { name, permissions: wanted, conditions } = parse(createRoleInput, input);
  const grant = roleGrant(wanted, conditions ?? {});
  await permitGrant(context, grant, 'role.create');
  const { tenantId } = context.actor;
  return context.database.withTenant(tenantId, async (tx) => {
    await requireRoom(tx, context, 'roles');
    const id = newId();
    const inserted = await tx.$executeRaw`
      insert into access.custom_role (tenant_id, id, name, permissions, conditions)
      values (${tenantId}::uuid, ${id}::uuid, ${name}, ${grant.permissions}::text[],
        ${JSON.stringify(grant.conditions ?? {})}::jsonb)
      on conflict (tenant_id, lower(name)) where deleted_at is null do nothing`;
    if (inserted === 0) refuse('ALREADY_EXISTS', 'input.name', 'a role has this name');
    await record(tx, context, {
      action: 'role.create',
      target: { kind: 'role', id },
      data: { name, permissions: toldGrant(grant) },
    });
    return tx.customRole.findUniqueOrThrow({ where: { tenantId_id: { tenantId, id } } });
  });
}

/** What a role is to allow; a condition of a permission that it lacks would say nothing. */
export function roleGrant(wanted: readonly Permission[], conditions: Conditions): Grant {
  const granted = [...new Set(wanted)];
  const stranger = Object.keys(conditions).find((one) => !granted.some((each) => each === one));
  if (stranger !== undefined)
    throw new AppError('BAD_USER_INPUT', `the role has no permission ${stranger} to limit`, {
      path: 'input.conditions',
    });
  return grantOf(granted, conditions);
}
