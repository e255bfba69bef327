import type { Services } from '../../core/context.ts';
import { createSubgraph } from '../server/create-subgraph.ts';
import { readTypeDefs } from '../server/schema.ts';
import type { SubgraphSettings } from '../server/settings.ts';
import type { Subgraph } from '../server/subgraph.ts';
import type { Resolvers } from './_generated/resolvers.ts';
import { permissions } from './permissions.ts';
import { mutation } from './resolvers/mutation.ts';
import { query } from './resolvers/query.ts';
import {
  apiKey,
  customRole,
  directoryMember,
  group,
  identityProvider,
  member,
  session,
  tenant,
  viewer,
} from './resolvers/types.ts';

const resolvers: Resolvers = {
  Query: query,
  Mutation: mutation,
  ApiKey: apiKey,
  CustomRole: customRole,
  DirectoryMember: directoryMember,
  Group: group,
  IdentityProvider: identityProvider,
  Session: session,
  Member: member,
  Tenant: tenant,
  Viewer: viewer,
};

/** The subgraph of tenants, members and API keys. */
export function createAccessSubgraph(services: Services, settings: SubgraphSettings): Subgraph {
  return createSubgraph(
    { name: 'access', typeDefs: readTypeDefs('access'), resolvers, permissions },
    services,
    settings,
  );
}
