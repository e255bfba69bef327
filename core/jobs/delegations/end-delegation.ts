import type { Transaction } from '../../../kernel/database/database.ts';
import { NotFoundError } from '../../../kernel/errors.ts';
import type { Delegation } from '../../../prisma/_generated/client.ts';
import { lineOf } from '../../access/line-of.ts';
import { permit, permitMaker } from '../../access/permit.ts';
import { record } from '../../audit/record.ts';
import type { VerbContext } from '../../context.ts';
import { parse } from '../../parse.ts';
import { read } from '../../read.ts';
import { idInput } from '../names.ts';

const action = 'delegation.end';

/**
 * Ends a delegation before its time: who gave it may, who got it, and who manages access. One that has ended is answered as it
 * is.
 */
export async function endDelegation(context: VerbContext, input: unknown): Promise<Delegation> {
  await permitMaker(context, action);
  const { id } = parse(idInput, input);
  const { tenantId } = context.actor;
  const { delegation, endedBy } = await read(context, async (tx) => ({
    delegation: await load(tx, tenantId, id),
    endedBy: (await lineOf(tx, context.actor)).first,
  }));
  const isParty = delegation.delegator === endedBy || delegation.delegate === endedBy;
  await permit(context, isParty ? [] : 'ACCESS_MANAGE', action);
  return context.database.withTenant(tenantId, async (tx) => {
    const endedAt = context.clock.now();
    const { count } = await tx.delegation.updateMany({
      where: { tenantId, id, endedAt: null, endsAt: { gt: endedAt } },
      data: { endedAt, endedBy },
    });
    if (count > 0)
      await record(tx, context, {
        action,
        target: { kind: 'delegation', id },
        data: { from: delegation.delegator, to: delegation.delegate },
      });
    return load(tx, tenantId, id);
  });
}

async function load(tx: Transaction, tenantId: string, id: string): Promise<Delegation> {
  const delegation = await tx.delegation.findUnique({ where: { tenantId_id: { tenantId, id } } });
  if (delegation === null) throw new NotFoundError('Delegation', id);
  return delegation;
}
