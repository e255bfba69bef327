import type { ApprovalResolvers } from '../_generated/resolvers.ts';
import { approvals } from '../loaders.ts';
import { presentOptionalTime, presentTime } from '../presenters.ts';

export const approval: ApprovalResolvers = {
  __resolveReference: ({ id }, context) => approvals(context).load(id),
  job: ({ jobId }) => ({ id: jobId }),
  createdAt: ({ createdAt }) => presentTime(createdAt),
  expiresAt: ({ expiresAt }) => presentOptionalTime(expiresAt),
  decidedAt: ({ decidedAt }) => presentOptionalTime(decidedAt),
};
