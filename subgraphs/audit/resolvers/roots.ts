import type { ListedEvent } from '../../../core/audit/audit-event.ts';
import { listAuditEvents } from '../../../core/audit/list-audit-events.ts';
import { tailAuditEvents } from '../../../core/audit/tail-audit-events.ts';
import { verifyChain } from '../../../core/audit/verify-chain.ts';
import type { QueryResolvers, SubscriptionResolvers } from '../_generated/resolvers.ts';

export const query: QueryResolvers = {
  auditEvents: (_query, args, context) => listAuditEvents(context, args),
  verifyAuditChain: (_query, _args, context) => verifyChain(context),
};

export const subscription: SubscriptionResolvers = {
  auditEvents: {
    subscribe: (_root, args, context) =>
      tailAuditEvents(context, { ...args, signal: context.signal }),
    resolve: (event: ListedEvent) => event,
  },
};
