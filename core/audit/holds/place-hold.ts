import { z } from 'zod';

import { newId } from '../../../kernel/ids.ts';
import type { LegalHold } from '../../../prisma/_generated/client.ts';
import { permit } from '../../access/permit.ts';
import type { VerbContext } from '../../context.ts';
import { checkTexts, parse, refuse } from '../../parse.ts';
import { record } from '../record.ts';
import { lockHolds, placedHolds } from './hold.ts';

const placeInput = z.strictObject({
  name: z.string().trim().min(1).max(100),
  reason: z.string().trim().min(1).max(1_000),
});
const mostHolds = 100;

/** From now on nothing of the tenant is erased or forgotten, until each hold is released. */
export async function placeLegalHold(context: VerbContext, input: unknown): Promise<LegalHold> {
  await permit(context, 'AUDIT_MANAGE', 'hold.place');
  const { name, reason } = parse(placeInput, input);
  checkTexts({ name, reason }, 'input');
  const { tenantId, name: placedBy } = context.actor;
  return context.database.withTenant(tenantId, async (tx) => {
    await lockHolds(tx, tenantId);
    const placed = await placedHolds(tx, tenantId);
    if (placed.some((hold) => hold.name === name))
      refuse('ALREADY_EXISTS', 'input.name', 'a hold of this name is placed');
    if (placed.length >= mostHolds)
      refuse('CONFLICT', 'input', `a tenant has ${mostHolds} holds at most; release one`);
    const id = newId();
    const hold = await tx.legalHold.create({ data: { tenantId, id, name, reason, placedBy } });
    await record(tx, context, {
      action: 'hold.place',
      target: { kind: 'legal_hold', id },
      data: { name, reason },
    });
    return hold;
  });
}
