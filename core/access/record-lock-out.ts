import { newId } from '../../kernel/ids.ts';
import type { Services } from '../context.ts';
import type { KeyRow } from './find-key.ts';

/**
 * Tells the tenant of a key that somebody tries it again and again; once an episode, so it is no flood itself. The gateway
 * may write nothing: the row is the database's, which knows this one act.
 */
export async function recordLockOut(
  { database }: Pick<Services, 'database'>,
  { tenantId, id }: Pick<KeyRow, 'tenantId' | 'id'>,
  address: string,
): Promise<void> {
  await database.asSystem(
    (tx) => tx.$queryRaw`
      select from access.note_lock_out(${tenantId}::uuid, ${id}::uuid, ${newId()}::uuid, ${address})`,
    { role: 'gateway' },
  );
}
