import type { ListedEvent } from '../../core/audit/audit-event.ts';
import { listAuditTrail } from '../../core/audit/list-audit-trail.ts';
import type { TrailPage } from '../../core/audit/list-audit-trail.ts';
import { loadAuditEvents } from '../../core/audit/load-audit-events.ts';
import { existingIds } from '../../core/existing-ids.ts';
import type { SubjectKind } from '../../core/existing-ids.ts';
import { byId } from '../server/by-id.ts';
import { pagesOf } from '../server/pages.ts';
import type { SubjectNode } from './nodes.ts';

export const auditEvents = byId(loadAuditEvents);
export const jobs = subjects('job');
export const agents = subjects('agent');
export const integrations = subjects('integration');
export const trailOfJob = trails('job');
export const trailOfAgent = trails('agent');
export const trailOfIntegration = trails('integration');

function trails(kind: SubjectKind) {
  return pagesOf<TrailPage, ListedEvent>((context, wanted) =>
    listAuditTrail(context, kind, wanted),
  );
}

function subjects(kind: SubjectKind) {
  return byId<SubjectNode>(async (context, ids) => {
    const found = await existingIds(context, kind, ids);
    return new Map([...found].map((id) => [id, { id }]));
  });
}
