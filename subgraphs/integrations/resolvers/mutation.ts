import { beginConsent } from '../../../core/integrations/begin-consent.ts';
import { clearIntegrationCache } from '../../../core/integrations/clear-integration-cache.ts';
import { createConnectLink } from '../../../core/integrations/create-connect-link.ts';
import { createIntegration } from '../../../core/integrations/create-integration.ts';
import { deleteIntegration } from '../../../core/integrations/delete-integration.ts';
import { discoverIntegration } from '../../../core/integrations/discover-integration.ts';
import { finishConsent } from '../../../core/integrations/finish-consent.ts';
import { invokeIntegration } from '../../../core/integrations/invoke-integration.ts';
import { labelIntegration } from '../../../core/integrations/label-integration.ts';
import { setCredential } from '../../../core/integrations/set-credential.ts';
import { testIntegration } from '../../../core/integrations/test-integration.ts';
import { updateIntegration } from '../../../core/integrations/update-integration.ts';
import { viewConnectLink } from '../../../core/integrations/view-connect-link.ts';
import type { MutationResolvers } from '../_generated/resolvers.ts';

// Refusals are thrown and become `userErrors` in the server.
const userErrors: never[] = [];

export const mutation: MutationResolvers = {
  createIntegration: async (_mutation, { input }, context) => ({
    integration: await createIntegration(context, input),
    userErrors,
  }),
  updateIntegration: async (_mutation, { input }, context) => ({
    integration: await updateIntegration(context, input),
    userErrors,
  }),
  labelIntegration: async (_mutation, { input }, context) => ({
    integration: await labelIntegration(context, input),
    userErrors,
  }),
  clearIntegrationCache: async (_mutation, { input }, context) => ({
    integration: await clearIntegrationCache(context, input),
    userErrors,
  }),
  deleteIntegration: async (_mutation, { input }, context) => ({
    integration: await deleteIntegration(context, input),
    userErrors,
  }),
  setCredential: async (_mutation, { input }, context) => ({
    integration: await setCredential(context, input),
    userErrors,
  }),
  createConnectLink: async (_mutation, { input }, context) => ({
    ...(await createConnectLink(context, input)),
    userErrors,
  }),
  viewConnectLink: (_mutation, { input }, context) => viewConnectLink(context, input),
  beginConsent: (_mutation, { input }, context) => beginConsent(context, input),
  finishConsent: (_mutation, { input }, context) => finishConsent(context, input),
  testIntegration: async (_mutation, { input }, context) => ({
    ...(await testIntegration(context, input)),
    userErrors,
  }),
  discoverIntegration: async (_mutation, { input }, context) => ({
    integration: await discoverIntegration(context, input),
    userErrors,
  }),
  invokeIntegration: (_mutation, { input }, context) => invokeIntegration(context, input),
};
