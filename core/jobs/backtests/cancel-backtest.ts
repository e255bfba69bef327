import type { Backtest } from '../../../prisma/_generated/client.ts';
import { NotFoundError } from '../../../kernel/errors.ts';
import { permit, permitMaker } from '../../access/permit.ts';
import { record } from '../../audit/record.ts';
import type { VerbContext } from '../../context.ts';
import { parse, refuse } from '../../parse.ts';
import { idInput } from '../names.ts';
import { backtestChannel } from './backtest.ts';
import { backtestPermissions } from './permit-backtest.ts';

/** Ends a backtest; what was found until then stays. */
export async function cancelBacktest(context: VerbContext, input: unknown): Promise<Backtest> {
  await permit(context, backtestPermissions, 'backtest.cancel');
  await permitMaker(context, 'backtest.cancel');
  const { id } = parse(idInput, input);
  const { tenantId } = context.actor;
  const cancelled = await context.database.withTenant(tenantId, async (tx) => {
    const changed = await tx.$executeRaw`
      update jobs.backtest set state = 'CANCELLED', finished_at = now()
      where tenant_id = ${tenantId}::uuid and id = ${id}::uuid and state = 'RUNNING'`;
    const backtest = await tx.backtest.findUnique({ where: { tenantId_id: { tenantId, id } } });
    if (backtest === null) throw new NotFoundError('Backtest', id);
    if (changed === 0) refuse('CONFLICT', 'input.id', `it is ${backtest.state} already`);
    await record(tx, context, { action: 'backtest.cancel', target: { kind: 'backtest', id } });
    return backtest;
  });
  context.doorbell.ring(backtestChannel(tenantId));
  return cancelled;
}
