import { hasPermission, inherited } from '../server/permissions.ts';
import type { PermissionMap } from '../server/permissions.ts';

const read = hasPermission('AUDIT_READ');

/** All of it is for those who may read the audit log. */
export const permissions: PermissionMap = {
  Query: { _entities: read, auditEvents: read, verifyAuditChain: read },
  Subscription: { auditEvents: read },
  Job: { '*': inherited, auditTrail: read },
  Agent: { '*': inherited, auditTrail: read },
  Integration: { '*': inherited, auditTrail: read },
  AuditEvent: inherited,
  AuditActor: inherited,
  AuditTarget: inherited,
  AuditChainReport: inherited,
  AuditEventConnection: inherited,
  AuditEventEdge: inherited,
  PageInfo: inherited,
};
