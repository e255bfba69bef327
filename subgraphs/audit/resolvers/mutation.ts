import { eraseSubject } from '../../../core/audit/erase-subject.ts';
import { placeLegalHold } from '../../../core/audit/holds/place-hold.ts';
import { releaseLegalHold } from '../../../core/audit/holds/release-hold.ts';
import { setAuditRetention } from '../../../core/audit/retention/set-audit-retention.ts';
import type { MutationResolvers } from '../_generated/resolvers.ts';

// Refusals are thrown and become `userErrors` in the server.
const userErrors: never[] = [];

export const mutation: MutationResolvers = {
  eraseSubject: async (_mutation, { input }, context) => {
    const { erasedAt, keys } = await eraseSubject(context, input);
    return { erasedAt: erasedAt.toISOString(), keys, userErrors };
  },
  placeLegalHold: async (_mutation, { input }, context) => ({
    legalHold: await placeLegalHold(context, input),
    userErrors,
  }),
  setAuditRetention: async (_mutation, { input }, context) => ({
    retention: await setAuditRetention(context, input),
    userErrors,
  }),
  releaseLegalHold: async (_mutation, { input }, context) => ({
    legalHold: await releaseLegalHold(context, input),
    userErrors,
  }),
};
