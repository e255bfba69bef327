import type { HivePlanner } from './hive-planner.ts';
import type { Planner } from './planner.ts';

/** Which planner is asked first. */
export type PlannerName = 'apollo' | 'hive';

/** What two planners are put together from. */
export interface TwoPlannersOptions {
  readonly apollo: Planner;
  readonly hive: HivePlanner;
  readonly first: PlannerName;
}

/**
 * Asks the other planner when the first one throws or takes too long: each does so on graphs that the other can plan.
 * When neither has a plan, what the first one said is thrown. @apollo/query-planner describes the supergraph.
 */
export function createTwoPlanners({ apollo, hive, first }: TwoPlannersOptions): Planner {
  const [one, other] = first === 'apollo' ? [apollo, hive] : [hive, apollo];
  return {
    supergraph: apollo.supergraph,
    plan: async (document, overrides = []) => {
      try {
        return await one.plan(document, overrides);
      } catch (error) {
        return other.plan(document, overrides).catch(() => {
          throw error;
        });
      }
    },
    [Symbol.dispose]: () => {
      apollo[Symbol.dispose]();
      hive[Symbol.dispose]();
    },
  };
}
