import type { Member } from '../../prisma/_generated/client.ts';
import type { Actor } from './actor.ts';
import { rolePermissions } from './permissions.ts';
import type { Permission } from './permissions.ts';

/** A member as who acts; `granted` are the permissions of the moment, if not those of the membership. */
export function actorOfMember(
  { tenantId, id, name, role }: Pick<Member, 'tenantId' | 'id' | 'name' | 'role'>,
  granted: readonly Permission[] = rolePermissions[role],
): Actor {
  return { kind: 'user', id, tenantId, name, permissions: granted };
}
