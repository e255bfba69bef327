import { delegatorIdOf } from '../../../core/jobs/delegations/voices.ts';
import { parseJson } from '../../../kernel/json.ts';
import type { ApprovalDecisionResolvers, ApprovalResolvers } from '../_generated/resolvers.ts';
import { approvals, decisionsOfApproval, speakerOf, undoableOf } from '../loaders.ts';
import { presentOptionalTime, presentTime } from '../presenters.ts';

export const approval: ApprovalResolvers = {
  __resolveReference: ({ id }, context) => approvals(context).load(id),
  job: ({ jobId }) => ({ id: jobId }),
  createdAt: ({ createdAt }) => presentTime(createdAt),
  expiresAt: ({ expiresAt }) => presentOptionalTime(expiresAt),
  decidedAt: ({ decidedAt }) => presentOptionalTime(decidedAt),
  remindAt: (row) => presentOptionalTime(row.state === 'PENDING' ? row.remindAt : null),
  escalateAt: (row) => presentOptionalTime(row.state === 'PENDING' ? row.escalateAt : null),
  required: ({ required }) => required ?? 1,
  decisions: async ({ id }, _args, context) => (await decisionsOfApproval(context).load(id)) ?? [],
  form: ({ form }) => (form === null ? null : parseJson(form)),
  canDecide: async (row, _args, context) => (await speakerOf(context).load(row)) !== undefined,
  settlesAt: (row) => presentOptionalTime(row.state === 'PENDING' ? row.settlesAt : null),
  canUndo: (row, _args, context) => undoableOf(context).load(row),
  decidesFor: async (row, _args, context) =>
    (await speakerOf(context).load(row))?.inPlaceOf ?? null,
};

export const approvalDecision: ApprovalDecisionResolvers = {
  approve: ({ isApproval }) => isApproval,
  decidedById: ({ actorId }) => actorId,
  decidedBy: ({ actorName }) => actorName,
  onBehalfOfId: (decision) => delegatorIdOf(decision),
  onBehalfOf: ({ delegatorName }) => delegatorName,
  decidedAt: ({ decidedAt }) => presentTime(decidedAt),
};
