import type { DecisionLinkResolvers } from '../_generated/resolvers.ts';
import { approvals } from '../loaders.ts';
import { decisionLinkState, presentOptionalTime, presentTime } from '../presenters.ts';

export const decisionLink: DecisionLinkResolvers = {
  approval: ({ approvalId }, _args, context) => approvals(context).load(approvalId),
  member: ({ memberName }) => memberName,
  state: async (link, _args, context) =>
    decisionLinkState(link, await approvals(context).load(link.approvalId), context.clock.now()),
  createdAt: ({ createdAt }) => presentTime(createdAt),
  expiresAt: ({ expiresAt }) => presentTime(expiresAt),
  usedAt: ({ usedAt }) => presentOptionalTime(usedAt),
};
