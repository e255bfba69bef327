import { permit, permitMaker } from '../../access/permit.ts';
import type { VerbContext } from '../../context.ts';

/** Backtests show what past jobs did: they take JOBS_BACKTEST, and JOBS_READ, which says of which agents. */
export async function permitBacktest(context: VerbContext, action?: string): Promise<void> {
  await permit(context, ['JOBS_BACKTEST', 'JOBS_READ'], action);
  await permitMaker(context, action);
}
