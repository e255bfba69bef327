import type { Backtest } from '../../../prisma/_generated/client.ts';
import type { Services } from '../../context.ts';
import { renewClaim } from './backtest-rows.ts';

/** Keeps a backtest while it is worked on; disposing lets its lease run out. */
interface KeptClaim extends Disposable {
  /** Aborts when it was cancelled, or somebody else has it. */
  readonly lost: AbortSignal;
}

/** Between two looks, milliseconds; well below the lease. */
const lookMs = 2_000;

export function keepClaim(services: Services, backtest: Backtest): KeptClaim {
  const losing = new AbortController();
  const look = async (): Promise<void> => {
    // While the database is away nobody else can take it either.
    const isKept = await renewClaim(services, backtest).catch(() => true);
    if (!isKept) losing.abort();
  };
  const timer = setInterval(() => void look(), lookMs);
  return { lost: losing.signal, [Symbol.dispose]: () => clearInterval(timer) };
}
