import { newId } from '../../kernel/ids.ts';
import type { Services } from '../context.ts';
import type { KeyRow } from './key-row.ts';

/**
 * Tells the tenant of a credential that somebody tries it again and again; once an episode, so it is no flood itself. The gateway
 * may write nothing: the row is the database's, which knows these acts.
 */
export async function recordLockOut(
  { database }: Pick<Services, 'database'>,
  { kind, tenantId, id }: Pick<KeyRow, 'kind' | 'tenantId' | 'id'>,
  address: string,
): Promise<void> {
  // It ends by itself before anybody could have read that.
  if (kind === 'token') return;
  await database.asSystem(
    (tx) =>
      kind === 'key'
        ? tx.$queryRaw`
            select from access.note_lock_out(${tenantId}::uuid, ${id}::uuid, ${newId()}::uuid, ${address})`
        : tx.$queryRaw`
            select from access.note_session_lock_out(${tenantId}::uuid, ${id}::uuid, ${newId()}::uuid, ${address})`,
    { role: 'gateway' },
  );
}
