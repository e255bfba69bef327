import { eventCursor } from '../../../core/audit/audit-event.ts';
import { listAuditTrail } from '../../../core/audit/list-audit-trail.ts';
import type {
  AgentResolvers,
  AuditChainReportResolvers,
  AuditEventResolvers,
  IntegrationResolvers,
  JobResolvers,
} from '../_generated/resolvers.ts';
import { agents, auditEvents, integrations, jobs } from '../loaders.ts';

export const auditEvent: AuditEventResolvers = {
  __resolveReference: ({ id }, context) => auditEvents(context).load(id),
  cursor: (event) => eventCursor(event),
  actor: ({ actorKind, actorId, actorName }) => ({
    kind: actorKind,
    id: actorId,
    name: actorName,
  }),
  target: ({ targetKind, targetId }) => ({ kind: targetKind, id: targetId }),
};

export const auditChainReport: AuditChainReportResolvers = {
  firstBadSeq: ({ firstBadSeq }) => firstBadSeq?.toString() ?? null,
};

export const job: JobResolvers = {
  __resolveReference: ({ id }, context) => jobs(context).load(id),
  auditTrail: ({ id }, args, context) => listAuditTrail(context, { kind: 'job', id }, args),
};

export const agent: AgentResolvers = {
  __resolveReference: ({ id }, context) => agents(context).load(id),
  auditTrail: ({ id }, args, context) => listAuditTrail(context, { kind: 'agent', id }, args),
};

export const integration: IntegrationResolvers = {
  __resolveReference: ({ id }, context) => integrations(context).load(id),
  auditTrail: ({ id }, args, context) => listAuditTrail(context, { kind: 'integration', id }, args),
};
