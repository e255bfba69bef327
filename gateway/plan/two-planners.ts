import { createApolloPlanner } from './apollo-planner.ts';
import { openHivePlanner } from './hive-planner.ts';
import type { PlanRoot } from './plan.ts';
import type { PlannedSupergraph } from './planner.ts';

/** Which planner is asked; the other one is asked when it throws. */
export type PlannerName = 'apollo' | 'hive';

/** Two planners on one supergraph; runs in the planning thread. */
export interface TwoPlanners {
  readonly supergraph: PlannedSupergraph;
  /** Throws what the first planner said when neither has a plan. */
  plan(
    document: string,
    asked: { readonly overrides: readonly string[]; readonly first: PlannerName },
  ): Promise<PlanRoot | undefined>;
}

/**
 * Each planner throws on graphs that the other one can plan. @apollo/query-planner is the one whose plans are compared
 * with merged schemas; The Guild's is loaded when it is first needed.
 */
export function createTwoPlanners(supergraphSdl: string): TwoPlanners {
  const apollo = createApolloPlanner(supergraphSdl);
  const hive = openHivePlanner(supergraphSdl);
  const planWith = async (name: PlannerName, document: string, overrides: readonly string[]) =>
    name === 'apollo' ? apollo.plan(document, overrides) : await hive.plan(document, overrides);
  return {
    supergraph: apollo.supergraph,
    plan: async (document, { overrides, first }) => {
      try {
        return await planWith(first, document, overrides);
      } catch (error) {
        const second = first === 'apollo' ? 'hive' : 'apollo';
        return planWith(second, document, overrides).catch(() => {
          throw error;
        });
      }
    },
  };
}
