import { getIntegration } from '../../../core/integrations/get-integration.ts';
import { listIntegrations } from '../../../core/integrations/list-integrations.ts';
import type { QueryResolvers } from '../_generated/resolvers.ts';

export const query: QueryResolvers = {
  integration: (_query, args, context) => getIntegration(context, args),
  integrations: (_query, args, context) => listIntegrations(context, args),
};
