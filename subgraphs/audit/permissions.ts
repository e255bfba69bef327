import { hasPermission, inherited } from '../server/permissions.ts';
import type { PermissionMap } from '../server/permissions.ts';

const read = hasPermission('AUDIT_READ');
const manage = hasPermission('AUDIT_MANAGE');
const jobs = hasPermission('JOBS_READ');

/**
 * The log is for those who may read it, and to take something out of it is another permission. Numbers about jobs are for
 * who may see jobs; those of calls need what listing calls needs, which the verb knows.
 */
export const permissions: PermissionMap = {
  Query: {
    _entities: read,
    auditEvents: read,
    verifyAuditChain: read,
    auditCheckpoint: read,
    auditCheckpoints: read,
    inclusionProof: read,
    consistencyProof: read,
    auditKeys: read,
    auditExport: read,
    auditStatus: read,
    auditRetention: read,
    auditStreams: read,
    auditStream: read,
    legalHolds: read,
    analytics: jobs,
  },
  Mutation: {
    createAuditStream: manage,
    pauseAuditStream: manage,
    resumeAuditStream: manage,
    deleteAuditStream: manage,
    testAuditStream: manage,
    eraseSubject: manage,
    placeLegalHold: manage,
    setAuditRetention: manage,
    releaseLegalHold: manage,
  },
  Subscription: { auditEvents: read },
  Job: { '*': inherited, auditTrail: read, lineage: read },
  Agent: { '*': inherited, auditTrail: read },
  Integration: { '*': inherited, auditTrail: read },
  AuditEvent: inherited,
  AnalyticsAnswer: inherited,
  AnalyticsSeries: inherited,
  AnalyticsPoint: inherited,
  AuditActor: inherited,
  AuditTarget: inherited,
  AuditChainReport: inherited,
  AuditCheckpoint: inherited,
  AuditCheckpointConnection: inherited,
  AuditCheckpointEdge: inherited,
  AuditInclusionProof: inherited,
  AuditConsistencyProof: inherited,
  AuditKey: inherited,
  AuditExportPage: inherited,
  AuditStatus: inherited,
  AuditEventConnection: inherited,
  AuditEventEdge: inherited,
  AuditExportStart: inherited,
  AuditRetention: inherited,
  AuditRetentionPayload: inherited,
  AuditStream: inherited,
  AuditStreamHttps: inherited,
  AuditStreamS3: inherited,
  AuditStreamSyslog: inherited,
  AuditStreamTest: inherited,
  AuditStreamPayload: inherited,
  CreateAuditStreamPayload: inherited,
  LegalHold: inherited,
  LegalHoldPayload: inherited,
  EraseSubjectPayload: inherited,
  UserError: inherited,
  JobLineage: inherited,
  JobEffect: inherited,
  PageInfo: inherited,
};
