import { z } from 'zod';

import type { Member } from '../../prisma/_generated/client.ts';
import { newId } from '../../kernel/ids.ts';
import { record } from '../audit/record.ts';
import type { VerbContext } from '../context.ts';
import { parse, refuse } from '../parse.ts';
import { displayName } from './names.ts';
import { roleNames, rolePermissions } from './permissions.ts';
import { permit } from './permit.ts';

const inviteMemberInput = z.strictObject({
  email: z.email().max(254),
  name: displayName,
  role: z.enum(roleNames),
});

/** Adds a member with at most the inviter's own permissions. */
export async function inviteMember(context: VerbContext, input: unknown): Promise<Member> {
  await permit(context, 'ACCESS_MANAGE', 'member.invite');
  const { email, name, role } = parse(inviteMemberInput, input);
  await permit(context, rolePermissions[role], 'member.invite');
  const { tenantId } = context.actor;
  return context.database.withTenant(tenantId, async (tx) => {
    const id = newId();
    const inserted = await tx.$executeRaw`
      insert into access.member (tenant_id, id, email, name, role)
      values (${tenantId}::uuid, ${id}::uuid, ${email}, ${name}, ${role}::access.role)
      on conflict (tenant_id, lower(email)) where removed_at is null do nothing`;
    if (inserted === 0) refuse('ALREADY_EXISTS', 'input.email', 'a member has this e-mail address');
    await record(tx, context, {
      action: 'member.invite',
      target: { kind: 'member', id },
      data: { role },
    });
    return tx.member.findUniqueOrThrow({ where: { tenantId_id: { tenantId, id } } });
  });
}
