import { createApolloPlanner } from '../plan/apollo-planner.ts';
import type { Planner } from '../plan/planner.ts';

/** Plans in this thread: a test's supergraph is not worth the start of one of its own. */
export function planHere(supergraphSdl: string): Promise<Planner> {
  return new Promise((built) => {
    const planner = createApolloPlanner(supergraphSdl);
    built({
      supergraph: planner.supergraph,
      // A copy, as what comes from another thread is one.
      plan: (document, overrides) =>
        new Promise((planned) => planned(structuredClone(planner.plan(document, overrides)))),
      [Symbol.dispose]: () => undefined,
    });
  });
}
