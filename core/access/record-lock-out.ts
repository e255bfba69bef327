import { record } from '../audit/record.ts';
import type { Services } from '../context.ts';
import { systemActor } from './actor.ts';
import type { KeyRow } from './find-key.ts';
import { permit } from './permit.ts';

/** Tells the tenant of a key that somebody tries it again and again; once an episode, so it is no flood itself. */
export async function recordLockOut(
  { database }: Pick<Services, 'database'>,
  { kind, tenantId, id }: Pick<KeyRow, 'kind' | 'tenantId' | 'id'>,
  address: string,
): Promise<void> {
  const noun = kind === 'key' ? 'api_key' : kind;
  const author = { actor: systemActor(tenantId), requestId: 'lock-out' };
  await permit({ ...author, database }, 'ACCESS_MANAGE');
  await database.withTenant(tenantId, (tx) =>
    record(tx, author, {
      action: `${noun}.lock_out`,
      target: { kind: noun, id },
      data: { address },
    }),
  );
}
