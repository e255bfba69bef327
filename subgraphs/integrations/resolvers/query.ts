import { getConnectLink } from '../../../core/integrations/get-connect-link.ts';
import { getIntegration } from '../../../core/integrations/get-integration.ts';
import { listIntegrations } from '../../../core/integrations/list-integrations.ts';
import { listKinds } from '../../../core/integrations/list-kinds.ts';
import { presentKind } from '../presenters.ts';
import type { QueryResolvers } from '../_generated/resolvers.ts';

export const query: QueryResolvers = {
  integrationKinds: async (_query, _args, context) => (await listKinds(context)).map(presentKind),
  integration: (_query, args, context) => getIntegration(context, args),
  connectLink: (_query, args, context) => getConnectLink(context, args),
  integrations: (_query, args, context) => listIntegrations(context, args),
};
