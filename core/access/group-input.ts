import { z } from 'zod';

import type { CustomRole, MemberGroup } from '../../prisma/_generated/client.ts';
import type { Transaction } from '../../kernel/database/database.ts';
import { NotFoundError } from '../../kernel/errors.ts';
import type { VerbContext } from '../context.ts';
import { refuse } from '../parse.ts';
import { read } from '../read.ts';
import type { Grant } from './grant.ts';
import { holdRole, loadRole } from './load-role.ts';
import { grantOfGroup, knownGroup, type KnownGroup } from './member-actor.ts';
import { roleNames, type RoleName } from './permissions.ts';

/** The role of a group, as verbs are told it: a built-in one, one of the tenant's own, or none. */
export const groupRole = {
  role: z.enum(roleNames).nullish(),
  customRoleId: z.uuid().nullish(),
};

/** Of both there is one at most. */
export const oneRole = {
  path: ['customRoleId'],
  message: 'give a built-in role or one of your own, and not both',
};

/** A role that a group is to have. */
export interface WantedRole {
  readonly role: RoleName | null;
  readonly customRole: CustomRole | null;
  readonly grant: Grant;
}

export async function loadWantedRole(
  context: VerbContext,
  {
    role,
    customRoleId,
  }: {
    readonly role?: RoleName | null | undefined;
    readonly customRoleId?: string | null | undefined;
  },
): Promise<WantedRole> {
  const customRole = customRoleId ? await loadRole(context, customRoleId) : null;
  const wanted = { role: role ?? null, customRole };
  return { ...wanted, grant: grantOfGroup({ ...wanted, deletedAt: null }) };
}

/** Keeps the role as it is until the transaction ends, in which a group gets it. */
export async function holdWantedRole(tx: Transaction, { customRole }: WantedRole): Promise<void> {
  if (customRole !== null) await holdRole(tx, customRole);
}

/** A group that the caller's tenant has made and not deleted. */
export async function loadGroup(context: VerbContext, id: string): Promise<KnownGroup> {
  const { tenantId } = context.actor;
  const group = await read(context, (tx) =>
    tx.memberGroup.findFirst({ where: { tenantId, id, deletedAt: null }, select: knownGroup }),
  );
  if (group === null) throw new NotFoundError('group', id);
  return group;
}

/**
 * The row as answers show it, locked against other changes until the transaction ends. Refused where its role is another one
 * than when the caller's right to do this was looked at.
 */
export async function lockGroup(
  tx: Transaction,
  tenantId: string,
  { id, role, customRoleId }: Pick<KnownGroup, 'id' | 'role' | 'customRoleId'>,
): Promise<MemberGroup> {
  await tx.$queryRaw`
    select from access.member_group where tenant_id = ${tenantId}::uuid and id = ${id}::uuid for update`;
  const group = await tx.memberGroup.findFirst({ where: { tenantId, id, deletedAt: null } });
  if (group === null) throw new NotFoundError('group', id);
  if (group.role !== role || group.customRoleId !== customRoleId)
    refuse('CONFLICT', 'input', 'the group was changed meanwhile; try again');
  return group;
}
