import { permit, permitMaker } from '../../access/permit.ts';
import type { VerbContext } from '../../context.ts';

/** Backtests show what past jobs did: they take JOBS_READ as well, which says of which agents. */
export const backtestPermissions = ['JOBS_BACKTEST', 'JOBS_READ'] as const;

/** For those who look at them. */
export async function permitBacktests(context: VerbContext): Promise<void> {
  await permit(context, backtestPermissions);
  await permitMaker(context);
}
