import { analytics } from '../../../core/analytics/analytics.ts';
import type { ListedEvent } from '../../../core/audit/audit-event.ts';
import { asReader, asTailReader } from '../../../core/audit/as-reader.ts';
import { listAuditKeys } from '../../../core/audit/audit-keys.ts';
import { auditStatus } from '../../../core/audit/audit-status.ts';
import { lastCheckpoint, listCheckpoints } from '../../../core/audit/checkpoints.ts';
import { exportLog } from '../../../core/audit/export-log.ts';
import { listLegalHolds } from '../../../core/audit/holds/list-holds.ts';
import { listAuditEvents } from '../../../core/audit/list-audit-events.ts';
import { consistencyProof, inclusionProof } from '../../../core/audit/proofs.ts';
import { auditRetention } from '../../../core/audit/retention/retention.ts';
import { findAuditStream, listAuditStreams } from '../../../core/audit/streams/list-streams.ts';
import { tailAuditEvents } from '../../../core/audit/tail-audit-events.ts';
import { verifyLog } from '../../../core/audit/verify-log.ts';
import type { QueryResolvers, SubscriptionResolvers } from '../_generated/resolvers.ts';

export const query: QueryResolvers = {
  auditEvents: (_query, args, context) => asReader(context, () => listAuditEvents(context, args)),
  verifyAuditChain: (_query, args, context) => verifyLog(context, args),
  auditCheckpoint: (_query, _args, context) => lastCheckpoint(context),
  auditCheckpoints: (_query, args, context) => listCheckpoints(context, args),
  inclusionProof: (_query, { eventId }, context) =>
    asReader(context, () => inclusionProof(context, eventId)),
  consistencyProof: (_query, args, context) => consistencyProof(context, args),
  auditKeys: (_query, _args, context) => listAuditKeys(context),
  auditExport: (_query, args, context) => exportLog(context, args),
  auditStatus: (_query, _args, context) => auditStatus(context),
  auditRetention: (_query, _args, context) => auditRetention(context),
  analytics: (_query, args, context) => analytics(context, args),
  auditStreams: (_query, _args, context) => listAuditStreams(context),
  auditStream: (_query, { id }, context) => findAuditStream(context, id),
  legalHolds: (_query, _args, context) => listLegalHolds(context),
};

export const subscription: SubscriptionResolvers = {
  auditEvents: {
    subscribe: (_root, args, context) =>
      asTailReader(context, tailAuditEvents(context, { ...args, signal: context.signal })),
    resolve: (event: ListedEvent) => event,
  },
};
