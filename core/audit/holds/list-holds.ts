import type { LegalHold } from '../../../prisma/_generated/client.ts';
import { permit } from '../../access/permit.ts';
import type { VerbContext } from '../../context.ts';
import { read } from '../../read.ts';
import { placedHolds } from './hold.ts';

/** The holds that are placed, oldest first. */
export async function listLegalHolds(context: VerbContext): Promise<readonly LegalHold[]> {
  await permit(context, 'AUDIT_READ');
  return read(context, (tx) => placedHolds(tx, context.actor.tenantId));
}
