import { loadAuditEvents } from '../../core/audit/load-audit-events.ts';
import { existingIds } from '../../core/existing-ids.ts';
import type { SubjectKind } from '../../core/existing-ids.ts';
import { byId } from '../server/by-id.ts';
import type { SubjectNode } from './nodes.ts';

export const auditEvents = byId(loadAuditEvents);
export const jobs = subjects('job');
export const agents = subjects('agent');
export const integrations = subjects('integration');

function subjects(kind: SubjectKind) {
  return byId<SubjectNode>(async (context, ids) => {
    const found = await existingIds(context, kind, ids);
    return new Map([...found].map((id) => [id, { id }]));
  });
}
