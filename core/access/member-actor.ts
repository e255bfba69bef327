import type { CustomRole, Member } from '../../prisma/_generated/client.ts';
import type { Actor } from './actor.ts';
import { grantOfRole } from './grant.ts';
import type { Grant, KnownRole } from './grant.ts';
import { rolePermissions } from './permissions.ts';

/** A member with the role that the tenant made for them, if any. */
export type MemberWithRole = Member & { readonly customRole: CustomRole | null };

/** What has to be read with a member to know what they may do. */
export const withRole = { customRole: true } as const;

/** Who a member is and what they may do, which is all that the gateway may read of them. */
export type KnownMember = Pick<Member, 'tenantId' | 'id' | 'name' | 'role'> & {
  readonly customRole: KnownRole | null;
};

/** What has to be read of a role to know what it allows. */
export const knownRole = { permissions: true, conditions: true, deletedAt: true } as const;

/** How it is read. */
export const knownMember = {
  ...{ tenantId: true, id: true, name: true, role: true },
  customRole: { select: knownRole },
} as const;

/** What is read of the tenant of whoever comes. */
export const knownTenant = { select: { suspendedAt: true } } as const;

/** What a membership allows: what the role of the tenant's own says, else the built-in one. */
export function grantOfMember({
  role,
  customRole,
}: Pick<KnownMember, 'role' | 'customRole'>): Grant {
  return customRole === null ? { permissions: rolePermissions[role] } : grantOfRole(customRole);
}

/** A member as who acts; `granted` is what they may do at the moment, if not what the membership says. */
export function actorOfMember(member: KnownMember, granted: Grant = grantOfMember(member)): Actor {
  const { tenantId, id, name } = member;
  return { kind: 'user', id, tenantId, name, ...granted };
}
