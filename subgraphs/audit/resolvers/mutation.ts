import { eraseSubject } from '../../../core/audit/erase-subject.ts';
import { placeLegalHold } from '../../../core/audit/holds/place-hold.ts';
import { releaseLegalHold } from '../../../core/audit/holds/release-hold.ts';
import { setAuditRetention } from '../../../core/audit/retention/set-audit-retention.ts';
import { createAuditStream } from '../../../core/audit/streams/create-stream.ts';
import { deleteAuditStream } from '../../../core/audit/streams/delete-stream.ts';
import { pauseAuditStream } from '../../../core/audit/streams/pause-stream.ts';
import { resumeAuditStream } from '../../../core/audit/streams/resume-stream.ts';
import { rotateAuditStreamSecret } from '../../../core/audit/streams/rotate-stream-secret.ts';
import { testAuditStream } from '../../../core/audit/streams/test-stream.ts';
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
  createAuditStream: async (_mutation, { input }, context) => {
    const { stream, secret } = await createAuditStream(context, input);
    return { auditStream: stream, secret, userErrors };
  },
  pauseAuditStream: async (_mutation, { input }, context) => ({
    auditStream: await pauseAuditStream(context, input),
    userErrors,
  }),
  resumeAuditStream: async (_mutation, { input }, context) => ({
    auditStream: await resumeAuditStream(context, input),
    userErrors,
  }),
  deleteAuditStream: async (_mutation, { input }, context) => ({
    auditStream: await deleteAuditStream(context, input),
    userErrors,
  }),
  rotateAuditStreamSecret: async (_mutation, { input }, context) => {
    const { stream, secret } = await rotateAuditStreamSecret(context, input);
    return { auditStream: stream, secret, userErrors };
  },
  testAuditStream: async (_mutation, { input }, context) => ({
    auditStream: await testAuditStream(context, input),
    userErrors,
  }),
};
