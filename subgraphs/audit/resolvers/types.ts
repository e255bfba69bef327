import { eventCursor } from '../../../core/audit/audit-event.ts';
import { asReader } from '../../../core/audit/as-reader.ts';
import { jobLineage } from '../../../core/audit/job-lineage.ts';
import { inclusionProof } from '../../../core/audit/proofs.ts';
import type {
  AgentResolvers,
  AuditChainReportResolvers,
  AuditEventResolvers,
  AuditStreamResolvers,
  IntegrationResolvers,
  JobResolvers,
} from '../_generated/resolvers.ts';
import {
  agents,
  auditEvents,
  integrations,
  jobs,
  trailOfAgent,
  trailOfIntegration,
  trailOfJob,
} from '../loaders.ts';

export const auditEvent: AuditEventResolvers = {
  __resolveReference: ({ id }, context) => asReader(context, () => auditEvents(context).load(id)),
  cursor: (event) => eventCursor(event),
  actor: ({ actorKind, actorId, actorName }) => ({
    kind: actorKind,
    id: actorId,
    name: actorName,
  }),
  target: ({ targetKind, targetId }) => ({ kind: targetKind, id: targetId }),
  proof: ({ id }, _args, context) => asReader(context, () => inclusionProof(context, id)),
};

export const auditChainReport: AuditChainReportResolvers = {
  firstBadSeq: ({ firstBadSeq }) => firstBadSeq?.toString() ?? null,
  lastBadSeq: ({ problem }) => problem?.upTo.toString() ?? null,
  fault: ({ problem }) => (problem === null ? null : faultNames[problem.fault]),
  message: ({ problem }) => problem?.message ?? null,
};

const faultNames = {
  edited: 'EDITED',
  deleted: 'DELETED',
  inserted: 'INSERTED',
  reordered: 'REORDERED',
  truncated: 'TRUNCATED',
  're-signed': 'RE_SIGNED',
  forked: 'FORKED',
} as const;

export const auditStream: AuditStreamResolvers = {
  https: ({ config }) => (config.kind === 'HTTPS' ? config : null),
  s3: ({ config }) => (config.kind === 'S3' ? config : null),
  syslog: ({ config }) => (config.kind === 'SYSLOG' ? config : null),
  sent: ({ sent }) => String(sent),
  behind: ({ behind }) => String(behind),
  skipped: ({ skipped }) => String(skipped),
  nextTryAt: ({ nextAt, pausedAt }) => (pausedAt === null ? nextAt.toISOString() : null),
  test: ({ testAskedAt, testedAt, testError }) => ({
    askedAt: testAskedAt?.toISOString() ?? null,
    finishedAt: testedAt?.toISOString() ?? null,
    error: testError,
  }),
};

export const job: JobResolvers = {
  __resolveReference: ({ id }, context) => jobs(context).load(id),
  auditTrail: ({ id }, args, context) =>
    asReader(context, () => trailOfJob(context).load({ ...args, id })),
  lineage: ({ id }, { after }, context) =>
    asReader(context, () => jobLineage(context, { id, after })),
};

export const agent: AgentResolvers = {
  __resolveReference: ({ id }, context) => agents(context).load(id),
  auditTrail: ({ id }, args, context) =>
    asReader(context, () => trailOfAgent(context).load({ ...args, id })),
};

export const integration: IntegrationResolvers = {
  __resolveReference: ({ id }, context) => integrations(context).load(id),
  auditTrail: ({ id }, args, context) =>
    asReader(context, () => trailOfIntegration(context).load({ ...args, id })),
};
