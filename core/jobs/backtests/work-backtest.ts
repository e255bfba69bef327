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
import { keepClaim } from './keep-claim.ts';
import { playJobs } from './play-jobs.ts';

/** Jobs that are played at once. */
const batchSize = 50;
/** After this time the rest is left to the next turn, milliseconds. */
const portionMs = 10_000;
/** Jobs that may go over the budget before the definition is taken for one that always does. */
const maxCostly = 3;

/** Plays the next jobs of a backtest that was claimed, and lets it go. */
export async function workBacktest(
  services: Services,
  claimed: Backtest,
  stopping: AbortSignal,
): Promise<void> {
  using claim = keepClaim(services, claimed);
  const signal = AbortSignal.any([stopping, claim.lost]);
  try {
    if (await isRevoked(services, claimed)) {
      const error = 'whoever asked for it may do so no more';
      await endBacktest(services, claimed, { state: 'CANCELLED', error });
      return;
    }
    await playPortion(services, claimed, signal);
  } catch (error) {
    // Who stops, or has lost it, leaves the jobs under way to others.
    if (!signal.aborted) throw error;
  } finally {
    await releaseBacktest(services, claimed);
  }
}

async function playPortion(
  services: Services,
  backtest: Backtest,
  signal: AbortSignal,
): Promise<void> {
  const endsAt = performance.now() + portionMs;
  const context = contextOf(services, backtest);
  let { costly } = backtest;
  let size = costly > 0 ? 1 : batchSize;
  while (!signal.aborted && performance.now() < endsAt) {
    const jobIds = await nextJobs(services, backtest, size);
    if (jobIds.length === 0) {
      await endBacktest(services, backtest, { state: 'FINISHED' });
      return;
    }
    const portion = await playJobs(context, { backtest, jobIds, signal });
    if (portion === undefined) {
      size = 1;
      continue;
    }
    if (!(await writeOutcomes(services, backtest, portion))) return;
    costly += portion.costly;
    if (costly >= maxCostly) {
      const error = `the definition is too costly: ${String(maxCostly)} jobs went over the budget`;
      await endBacktest(services, backtest, { state: 'FAILED', error });
      return;
    }
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
