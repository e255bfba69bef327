import type { CustomRole, Member, MemberGroup } from '../../prisma/_generated/client.ts';
import type { Actor } from './actor.ts';
import { grantOfRole, unionOf } from './grant.ts';
import type { Grant, KnownRole } from './grant.ts';
import { rolePermissions } from './permissions.ts';

/** A group as far as it says what its members may do. */
export type KnownGroup = Pick<
  MemberGroup,
  'id' | 'name' | 'role' | 'customRoleId' | 'deletedAt'
> & {
  readonly customRole: KnownRole | null;
};

interface InGroups {
  readonly groups: readonly { readonly group: KnownGroup }[];
}

/** A member with the role that the tenant made for them, if any, and their groups. */
export type MemberWithRole = Member & { readonly customRole: CustomRole | null } & InGroups;

/** What has to be read of a role to know what it allows. */
export const knownRole = { permissions: true, conditions: true, deletedAt: true } as const;

/** What has to be read of a group to know the same. */
export const knownGroup = {
  ...{ id: true, name: true, role: true, customRoleId: true, deletedAt: true },
  customRole: { select: knownRole },
} as const;

const inGroups = { groups: { select: { group: { select: knownGroup } } } } as const;

/** What has to be read with a member to know what they may do. */
export const withRole = { customRole: true, ...inGroups } as const;

/** Who a member is and what they may do, which is all that the gateway may read of them. */
export type KnownMember = Pick<Member, 'tenantId' | 'id' | 'name' | 'role'> & {
  readonly customRole: KnownRole | null;
  /** Groups of the tenant that the identity provider says they are in. */
  readonly claimed?: readonly KnownGroup[];
} & InGroups;

/** How it is read. */
export const knownMember = {
  ...{ tenantId: true, id: true, name: true, role: true },
  ...{ customRole: { select: knownRole }, ...inGroups },
} as const;

/** What is read of the tenant of whoever comes. */
export const knownTenant = { select: { suspendedAt: true } } as const;

/** What the member's own role allows: that of the tenant's own, else the built-in one. */
export function ownGrant({ role, customRole }: Pick<KnownMember, 'role' | 'customRole'>): Grant {
  return customRole === null ? { permissions: rolePermissions[role] } : grantOfRole(customRole);
}

/** What a group allows each of its members; nothing without a role, and once it is deleted. */
export function grantOfGroup({
  role,
  customRole,
  deletedAt,
}: Pick<KnownGroup, 'role' | 'customRole' | 'deletedAt'>): Grant {
  if (deletedAt !== null) return { permissions: [] };
  if (customRole !== null) return grantOfRole(customRole);
  return { permissions: role === null ? [] : rolePermissions[role] };
}

/** What a member's groups allow them. */
export function grantOfGroups({
  groups,
  claimed = [],
}: Pick<KnownMember, 'groups' | 'claimed'>): Grant {
  return unionOf([...groups.map(({ group }) => group), ...claimed].map(grantOfGroup));
}

/** What a membership allows: what the role of the member allows, and those of their groups. */
export function grantOfMember(
  member: Pick<KnownMember, 'role' | 'customRole' | 'groups' | 'claimed'>,
): Grant {
  return unionOf([ownGrant(member), grantOfGroups(member)]);
}

/** A member as who acts; `granted` is what they may do at the moment, if not what the membership says. */
export function actorOfMember(member: KnownMember, granted: Grant = grantOfMember(member)): Actor {
  const { tenantId, id, name, claimed = [] } = member;
  const groups = claimed.map((group) => group.id);
  return {
    ...{ kind: 'user', id, tenantId, name, ...granted },
    ...(groups.length === 0 ? {} : { groups }),
  };
}
