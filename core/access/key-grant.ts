import type { ApiKey } from '../../prisma/_generated/client.ts';
import { NotFoundError } from '../../kernel/errors.ts';
import type { VerbContext } from '../context.ts';
import { read } from '../read.ts';
import { grantOfRole } from './grant.ts';
import type { Grant, KnownRole } from './grant.ts';
import { withoutSecret, type ApiKeyRecord } from './insert-api-key.ts';
import { knownRole } from './member-actor.ts';
import { isPermission } from './permissions.ts';

/** How a key's role is read, if it has one. */
export const withKeyRole = { customRole: { select: knownRole } } as const;

type KnownKey = Pick<ApiKey, 'permissions' | 'customRoleId'> & {
  readonly customRole: KnownRole | null;
};

/** What a key allows: what its role says, or where it has none its own permissions. */
export function grantOfKey({ permissions, customRoleId, customRole }: KnownKey): Grant {
  if (customRoleId === null) return { permissions: permissions.filter(isPermission) };
  return customRole === null ? { permissions: [] } : grantOfRole(customRole);
}

/** A key of the caller's tenant, and what it allows now. */
export async function loadKey(
  context: VerbContext,
  id: string,
): Promise<{ readonly key: ApiKeyRecord; readonly grant: Grant }> {
  const { tenantId } = context.actor;
  const row = await read(context, (tx) =>
    tx.apiKey.findUnique({
      where: { tenantId_id: { tenantId, id } },
      omit: withoutSecret,
      include: withKeyRole,
    }),
  );
  if (row === null) throw new NotFoundError('API key', id);
  return { key: row, grant: grantOfKey(row) };
}
