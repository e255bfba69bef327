import { idOf } from '../../../core/jobs/delegations/voices.ts';
import type { DelegationResolvers } from '../_generated/resolvers.ts';
import { approvals } from '../loaders.ts';
import { presentOptionalTime, presentTime } from '../presenters.ts';

export const delegation: DelegationResolvers = {
  fromId: ({ delegator }) => idOf(delegator),
  from: ({ delegatorName }) => delegatorName,
  toId: ({ delegate }) => idOf(delegate),
  to: ({ delegateName }) => delegateName,
  approval: ({ approvalId }, _args, context) =>
    approvalId === null ? null : approvals(context).load(approvalId),
  createdAt: ({ createdAt }) => presentTime(createdAt),
  startsAt: ({ startsAt }) => presentTime(startsAt),
  endsAt: ({ endsAt }) => presentTime(endsAt),
  endedAt: ({ endedAt }) => presentOptionalTime(endedAt),
};
