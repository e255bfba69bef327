import type { CustomRole, Member } from '../../prisma/_generated/client.ts';
import type { Actor } from './actor.ts';
import { isPermission, rolePermissions } from './permissions.ts';
import type { Permission } from './permissions.ts';

/** A member with the role that the tenant made for them, if any. */
export type MemberWithRole = Member & { readonly customRole: CustomRole | null };

/** What has to be read with a member to know what they may do. */
export const withRole = { customRole: true } as const;

/** What a membership allows: what the role of the tenant's own says, else the built-in one. */
export function permissionsOfMember({
  role,
  customRole,
}: Pick<MemberWithRole, 'role' | 'customRole'>): readonly Permission[] {
  return customRole === null ? rolePermissions[role] : customRole.permissions.filter(isPermission);
}

/** A member as who acts; `granted` are the permissions of the moment, if not those of the membership. */
export function actorOfMember(
  member: Pick<MemberWithRole, 'tenantId' | 'id' | 'name' | 'role' | 'customRole'>,
  granted: readonly Permission[] = permissionsOfMember(member),
): Actor {
  const { tenantId, id, name } = member;
  return { kind: 'user', id, tenantId, name, permissions: granted };
}
