import type { Services } from '../../core/context.ts';
import { createSubgraph } from '../server/create-subgraph.ts';
import { readTypeDefs } from '../server/schema.ts';
import type { SubgraphSettings } from '../server/settings.ts';
import type { Subgraph } from '../server/subgraph.ts';
import type { Resolvers } from './_generated/resolvers.ts';
import { permissions } from './permissions.ts';
import { mutation } from './resolvers/mutation.ts';
import { query } from './resolvers/query.ts';
import { connectLink, integration, integrationCall, job } from './resolvers/types.ts';

const resolvers: Resolvers = {
  Query: query,
  Mutation: mutation,
  Integration: integration,
  ConnectLink: connectLink,
  IntegrationCall: integrationCall,
  Job: job,
};

/** The subgraph of integrations and their calls. */
export function createIntegrationsSubgraph(
  services: Services,
  settings: SubgraphSettings,
): Subgraph {
  return createSubgraph(
    { name: 'integrations', typeDefs: readTypeDefs('integrations'), resolvers, permissions },
    services,
    settings,
  );
}
