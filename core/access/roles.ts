import type { Actor } from './actor.ts';
import { roleNames, rolePermissions } from './permissions.ts';
import type { RoleName } from './permissions.ts';

export function isRoleName(text: string): text is RoleName {
  return roleNames.some((role) => role === text);
}

/** The roles that a caller has: members one and what is less, keys those that may do no more than they may. */
export function rolesOf({ permissions }: Pick<Actor, 'permissions'>): readonly RoleName[] {
  return roleNames.filter((role) =>
    rolePermissions[role].every((one) => permissions.includes(one)),
  );
}
