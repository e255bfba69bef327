import { listLabels } from '../../../core/access/labels.ts';
import { listOperations } from '../../../core/integrations/list-operations.ts';
import { shownConfig } from '../../../core/integrations/shown-config.ts';
import type {
  ConnectLinkResolvers,
  IntegrationCallResolvers,
  IntegrationResolvers,
  JobResolvers,
} from '../_generated/resolvers.ts';
import {
  calls,
  callsOfIntegration,
  callsOfJob,
  consents,
  healthOf,
  integrationRow,
  integrations,
  jobs,
} from '../loaders.ts';
import {
  connectLinkState,
  presentBreaker,
  presentCache,
  presentCredential,
  presentHealth,
  presentOperation,
  presentTiming,
} from '../presenters.ts';

export const integration: IntegrationResolvers = {
  __resolveReference: ({ id }, context) => integrations(context).load(id),
  config: (row, _args, context) => shownConfig(context, row),
  credential: async (row, _args, context) => {
    const consent = await consents(context).load(row.id);
    return presentCredential(row, { consent, now: context.clock.now() });
  },
  operations: (row, _args, context) => listOperations(context, row).map(presentOperation),
  calls: ({ id }, args, context) => callsOfIntegration(context).load({ ...args, callerId: id }),
  health: async (row, _args, context) => presentHealth(row, await healthOf(context, row.id)),
  labels: ({ labels }) => listLabels(labels),
  createdAt: ({ createdAt }) => createdAt.toISOString(),
  updatedAt: ({ updatedAt }) => updatedAt.toISOString(),
};

export const connectLink: ConnectLinkResolvers = {
  integration: ({ integrationId }, _args, context) => integrationRow(context, integrationId),
  state: (link, _args, context) => connectLinkState(link, context.clock.now()),
  createdAt: ({ createdAt }) => createdAt.toISOString(),
  expiresAt: ({ expiresAt }) => expiresAt.toISOString(),
};

export const integrationCall: IntegrationCallResolvers = {
  __resolveReference: ({ id }, context) => calls(context).load(id),
  integration: ({ integrationId }, _args, context) => integrationRow(context, integrationId),
  startedAt: ({ startedAt }) => startedAt.toISOString(),
  cache: presentCache,
  breaker: presentBreaker,
  timing: presentTiming,
};

export const job: JobResolvers = {
  __resolveReference: ({ id }, context) => jobs(context).load(id),
  integrationCalls: ({ id }, args, context) => callsOfJob(context).load({ ...args, callerId: id }),
};
