import { z } from 'zod';

import { NotFoundError } from '../../../kernel/errors.ts';
import type { LegalHold } from '../../../prisma/_generated/client.ts';
import { permit } from '../../access/permit.ts';
import type { VerbContext } from '../../context.ts';
import { parse } from '../../parse.ts';
import { record } from '../record.ts';

const releaseInput = z.strictObject({ id: z.uuid() });

/** Ends a hold; what the last one has kept goes by its time again. */
export async function releaseLegalHold(context: VerbContext, input: unknown): Promise<LegalHold> {
  await permit(context, 'AUDIT_MANAGE', 'hold.release');
  const { id } = parse(releaseInput, input);
  const { tenantId } = context.actor;
  return context.database.withTenant(tenantId, async (tx) => {
    const { count } = await tx.legalHold.updateMany({
      where: { tenantId, id, releasedAt: null },
      data: { releasedAt: context.clock.now() },
    });
    if (count === 0) throw new NotFoundError('legal hold', id);
    await record(tx, context, { action: 'hold.release', target: { kind: 'legal_hold', id } });
    return tx.legalHold.findUniqueOrThrow({ where: { tenantId_id: { tenantId, id } } });
  });
}
