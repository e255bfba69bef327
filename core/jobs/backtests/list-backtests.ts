import type { Backtest } from '../../../prisma/_generated/client.ts';
import { isId } from '../../../kernel/ids.ts';
import type { VerbContext } from '../../context.ts';
import { columnWindow, idSort, paginate } from '../../pagination.ts';
import type { Connection, PageArguments } from '../../pagination.ts';
import { read } from '../../read.ts';
import { permitBacktests } from './permit-backtest.ts';

const sort = idSort<Backtest>('backtest.id');

/** Backtests of agents that the caller reaches, newest first. */
export async function listBacktests(
  context: VerbContext,
  page: PageArguments,
): Promise<Connection<Backtest>> {
  await permitBacktests(context);
  const { tenantId } = context.actor;
  return paginate({ page, sort, tenantId }, (window) => {
    const { where, ...rest } = columnWindow(window, 'id', 'desc');
    return read(context, (tx) => tx.backtest.findMany({ ...rest, where: { ...where, tenantId } }));
  });
}

/** A backtest, or null when the caller reaches none of this id. */
export async function findBacktest(context: VerbContext, id: string): Promise<Backtest | null> {
  await permitBacktests(context);
  const { tenantId } = context.actor;
  if (!isId(id)) return null;
  return read(context, (tx) =>
    tx.backtest.findUnique({ where: { tenantId_id: { tenantId, id } } }),
  );
}
