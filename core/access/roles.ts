import type { Actor } from './actor.ts';
import { beyond } from './grant.ts';
import { roleNames, rolePermissions } from './permissions.ts';
import type { RoleName } from './permissions.ts';

export function isRoleName(text: string): text is RoleName {
  return roleNames.some((role) => role === text);
}

/** The roles that a caller has: those that may do no more than they may, for all labels. */
export function rolesOf(actor: Pick<Actor, 'permissions' | 'conditions'>): readonly RoleName[] {
  return roleNames.filter(
    (role) => beyond(actor, { permissions: rolePermissions[role] }).length === 0,
  );
}
