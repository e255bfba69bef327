import { constantTimeEquals } from '../../kernel/crypto/hash.ts';
import { newId } from '../../kernel/ids.ts';
import type { Services } from '../context.ts';
import { environmentOf, readKey } from './api-key.ts';
import { findKey } from './find-key.ts';
import { revokedChannel } from './revoked.ts';

/** Ends the session that is presented, if it is one; whoever holds it may end it. */
export async function leaveSession(
  { database, doorbell, clock }: Pick<Services, 'database' | 'doorbell' | 'clock'>,
  presented: string,
  requestId: string,
): Promise<void> {
  const { kind, publicId, secretHash } = readKey(environmentOf(database), presented);
  if (kind !== 'session') return;
  const row = await findKey(database, { kind, publicId });
  if (row === undefined || !constantTimeEquals(secretHash, row.secretHash)) return;
  const { tenantId, id } = row;
  await database.asSystem(
    (tx) => tx.$queryRaw`
      select from access.leave_session(
        ${tenantId}::uuid, ${id}::uuid, ${clock.now()}::timestamptz, ${newId()}::uuid, ${requestId})`,
    { role: 'gateway' },
  );
  doorbell.ring(revokedChannel(tenantId), id);
}
