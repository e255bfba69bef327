import type { Backtest } from '../../../prisma/_generated/client.ts';
import type { Actor } from '../../access/actor.ts';
import type { Services, VerbContext } from '../../context.ts';
import { requestOfBacktest } from './backtest.ts';
import {
  endBacktest,
  isRevoked,
  nextJobs,
  releaseBacktest,
  writeOutcomes,
} from './backtest-rows.ts';
import { maxCostly, playJobs } from './play-jobs.ts';

/** Jobs that are played at once. */
const batchSize = 50;
/** After this time the rest is left to the next turn, milliseconds; well below the lease. */
const portionMs = 10_000;

/** Plays the next jobs of a backtest that was claimed, and lets it go. */
export async function workBacktest(
  services: Services,
  claimed: Backtest,
  signal: AbortSignal,
): Promise<void> {
  const endsAt = performance.now() + portionMs;
  const context = contextOf(services, claimed);
  let backtest = claimed;
  try {
    if (await isRevoked(services, backtest)) {
      const error = 'whoever asked for it may do so no more';
      await endBacktest(services, backtest, { state: 'CANCELLED', error });
      return;
    }
    while (!signal.aborted && performance.now() < endsAt) {
      const jobIds = await nextJobs(services, backtest, batchSize);
      if (jobIds.length === 0) {
        await endBacktest(services, backtest, { state: 'FINISHED' });
        return;
      }
      const portion = await playJobs(context, { backtest, jobIds, signal });
      if (!(await writeOutcomes(services, backtest, portion))) return;
      backtest = { ...backtest, costly: backtest.costly + portion.costly };
      if (backtest.costly >= maxCostly) {
        const error = `the definition is too costly: ${String(maxCostly)} jobs went over the budget`;
        await endBacktest(services, backtest, { state: 'FAILED', error });
        return;
      }
    }
  } catch (error) {
    // Who stops leaves the jobs under way to others.
    if (!signal.aborted) throw error;
  } finally {
    await releaseBacktest(services, backtest);
  }
}

/** As whoever asked for it; which jobs they reach was looked at then. */
function contextOf(services: Services, backtest: Backtest): VerbContext {
  const { id, tenantId, actorKind, actorId, actorName } = backtest;
  const actor: Actor = {
    kind: actorKind === 'user' || actorKind === 'api_key' ? actorKind : 'system',
    ...{ id: actorId, name: actorName, tenantId, permissions: ['JOBS_READ'] },
  };
  return { ...services, actor, requestId: requestOfBacktest(id) };
}
