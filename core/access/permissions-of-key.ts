import { NotFoundError } from '../../kernel/errors.ts';
import type { VerbContext } from '../context.ts';
import { read } from '../read.ts';
import { isPermission } from './permissions.ts';
import type { Permission } from './permissions.ts';

/** What a key may do. That never changes, so it can be read before the transaction that locks the key. */
export async function permissionsOfKey(
  context: VerbContext,
  id: string,
): Promise<readonly Permission[]> {
  const { tenantId } = context.actor;
  const key = await read(context, (tx) =>
    tx.apiKey.findUnique({
      where: { tenantId_id: { tenantId, id } },
      select: { permissions: true },
    }),
  );
  if (key === null) throw new NotFoundError('API key', id);
  return key.permissions.filter(isPermission);
}
