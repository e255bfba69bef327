import { expect, it } from 'vitest';
import { createApolloPlanner } from '../plan/apollo-planner.ts';
import { readKnownSupergraph } from './supergraph-file.ts';

it('knows of the supergraph what the planner says of it', async () => {
  const { supergraphSdl, ...known } = await readKnownSupergraph();
  const { supergraph } = createApolloPlanner(supergraphSdl);
  expect(supergraph.apiSdl.trimEnd()).toBe(known.apiSdl.trimEnd());
  expect(known).toEqual({ ...supergraph, apiSdl: known.apiSdl });
});
