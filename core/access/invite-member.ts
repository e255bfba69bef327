import { z } from 'zod';

import type { Member } from '../../prisma/_generated/client.ts';
import type { Transaction } from '../../kernel/database/database.ts';
import { NotFoundError } from '../../kernel/errors.ts';
import { newId } from '../../kernel/ids.ts';
import { record } from '../audit/record.ts';
import type { VerbContext } from '../context.ts';
import { parse, refuse } from '../parse.ts';
import { displayName } from './names.ts';
import { roleNames, rolePermissions } from './permissions.ts';
import { permit, permitGrant } from './permit.ts';
import { requireRoom } from './quota.ts';

const inviteMemberInput = z.strictObject({
  email: z.email().max(254),
  name: displayName,
  role: z.enum(roleNames),
  identity: z
    .strictObject({ providerId: z.uuid(), subject: z.string().min(1).max(255) })
    .nullish()
    .transform((identity) => identity ?? undefined),
});

/** Adds a member with at most the inviter's own permissions. */
export async function inviteMember(context: VerbContext, input: unknown): Promise<Member> {
  await permit(context, 'ACCESS_MANAGE', 'member.invite');
  const { email, name, role, identity } = parse(inviteMemberInput, input);
  await permitGrant(context, { permissions: rolePermissions[role] }, 'member.invite');
  const { tenantId } = context.actor;
  return context.database.withTenant(tenantId, async (tx) => {
    await requireRoom(tx, context, 'members');
    const id = newId();
    const issuer = identity && (await issuerOf(tx, tenantId, identity.providerId));
    const inserted = await tx.$executeRaw`
      insert into access.member (tenant_id, id, email, name, role, issuer, subject)
      values (${tenantId}::uuid, ${id}::uuid, ${email}, ${name}, ${role}::access.role,
        ${issuer ?? null}, ${identity?.subject ?? null})
      on conflict do nothing`;
    if (inserted === 0)
      refuse('ALREADY_EXISTS', 'input.email', 'a member has this e-mail address or subject');
    await record(tx, context, {
      action: 'member.invite',
      target: { kind: 'member', id },
      data: { role, ...(issuer === undefined ? {} : { issuer }) },
    });
    return tx.member.findUniqueOrThrow({ where: { tenantId_id: { tenantId, id } } });
  });
}

async function issuerOf(tx: Transaction, tenantId: string, id: string): Promise<string> {
  const provider = await tx.identityProvider.findFirst({
    where: { tenantId, id, removedAt: null },
  });
  if (provider === null) throw new NotFoundError('identity provider', id);
  return provider.issuer;
}
