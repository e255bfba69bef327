import type { Services } from '../core/context.ts';
import { claimBacktests, forgetBacktests } from '../core/jobs/backtests/backtest-rows.ts';
import { workBacktest } from '../core/jobs/backtests/work-backtest.ts';
import { createPortionWorker, type PortionWorker } from './portions.ts';

/** Works off backtests. */
export function createBacktestWorker(services: Services): PortionWorker {
  return createPortionWorker(services, {
    name: 'backtests',
    claim: (limit) => claimBacktests(services, limit),
    work: (backtest, signal) => workBacktest(services, backtest, signal),
    forget: () => forgetBacktests(services),
  });
}
