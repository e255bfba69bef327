import type { CustomRole, Member } from '../../prisma/_generated/client.ts';
import type { Actor } from './actor.ts';
import { isPermission, rolePermissions } from './permissions.ts';
import type { Permission } from './permissions.ts';

/** A member with the role that the tenant made for them, if any. */
export type MemberWithRole = Member & { readonly customRole: CustomRole | null };

/** What has to be read with a member to know what they may do. */
export const withRole = { customRole: true } as const;

/** Who a member is and what they may do, which is all that the gateway may read of them. */
export type KnownMember = Pick<Member, 'tenantId' | 'id' | 'name' | 'role'> & {
  readonly customRole: Pick<CustomRole, 'permissions'> | null;
};

/** How it is read. */
export const knownMember = {
  ...{ tenantId: true, id: true, name: true, role: true },
  customRole: { select: { permissions: true } },
} as const;

/** What is read of the tenant of whoever comes. */
export const knownTenant = { select: { suspendedAt: true } } as const;

/** What a membership allows: what the role of the tenant's own says, else the built-in one. */
export function permissionsOfMember({
  role,
  customRole,
}: Pick<KnownMember, 'role' | 'customRole'>): readonly Permission[] {
  return customRole === null ? rolePermissions[role] : customRole.permissions.filter(isPermission);
}

/** A member as who acts; `granted` are the permissions of the moment, if not those of the membership. */
export function actorOfMember(
  member: KnownMember,
  granted: readonly Permission[] = permissionsOfMember(member),
): Actor {
  const { tenantId, id, name } = member;
  return { kind: 'user', id, tenantId, name, permissions: granted };
}
