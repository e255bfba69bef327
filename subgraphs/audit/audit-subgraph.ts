import type { Services } from '../../core/context.ts';
import { createSubgraph } from '../server/create-subgraph.ts';
import { readTypeDefs } from '../server/schema.ts';
import type { SubgraphSettings } from '../server/settings.ts';
import type { Subgraph } from '../server/subgraph.ts';
import type { Resolvers } from './_generated/resolvers.ts';
import { permissions } from './permissions.ts';
import { mutation } from './resolvers/mutation.ts';
import { query, subscription } from './resolvers/roots.ts';
import {
  agent,
  auditChainReport,
  auditEvent,
  auditStream,
  integration,
  job,
} from './resolvers/types.ts';

const resolvers: Resolvers = {
  Mutation: mutation,
  Query: query,
  Subscription: subscription,
  Agent: agent,
  AuditChainReport: auditChainReport,
  AuditEvent: auditEvent,
  AuditStream: auditStream,
  Integration: integration,
  Job: job,
};

/** The subgraph of the audit log. */
export function createAuditSubgraph(services: Services, settings: SubgraphSettings): Subgraph {
  return createSubgraph(
    { name: 'audit', typeDefs: readTypeDefs('audit'), resolvers, permissions },
    services,
    settings,
  );
}
