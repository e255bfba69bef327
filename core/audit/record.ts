import type { Transaction } from '../../kernel/database/database.ts';
import { newId } from '../../kernel/ids.ts';
import type { JsonObject } from '../../kernel/json.ts';
import { storableJson } from '../../kernel/storable.ts';
import type { AuditDraft } from '../../queue/job.ts';
import type { Actor } from '../access/actor.ts';

/** Who acts, and in which request. */
export interface Author {
  readonly actor: Actor;
  readonly requestId?: string;
}

/** What was done to what; `data` never holds a secret or a payload. */
export interface Entry {
  /** `<noun>.<verb>`, e.g. `job.cancel`. */
  readonly action: string;
  readonly target: { readonly kind: string; readonly id: string };
  readonly jobId?: string;
  readonly data?: JsonObject;
}

/** The row for an entry, for statements that write it together with other rows. */
export function auditRow(
  { actor, requestId }: Author,
  { action, target, jobId, data }: Entry,
): AuditDraft {
  return {
    id: newId(),
    tenantId: actor.tenantId,
    action,
    actorKind: actor.kind,
    actorId: actor.id,
    actorName: actor.name,
    targetKind: target.kind,
    targetId: target.id,
    jobId: jobId ?? null,
    requestId: requestId ?? null,
    data: data ?? {},
  };
}

/** Writes what was done in the transaction that does it: either both are kept or neither. */
export async function record(tx: Transaction, author: Author, entry: Entry): Promise<void> {
  await recordAll(tx, [auditRow(author, entry)]);
}

/**
 * Writes many rows with one statement; texts that cannot be kept are made so, as no act may be lost for its name. Of a tenant
 * that was deleted meanwhile nothing is written: what was under way for it leaves nothing behind.
 */
export async function recordAll(tx: Transaction, rows: readonly AuditDraft[]): Promise<void> {
  await tx.$executeRaw`
    insert into audit.event
      (tenant_id, id, action, actor_kind, actor_id, actor_name, target_kind, target_id, job_id, request_id, data)
    select "tenantId", id, action, "actorKind", "actorId", "actorName", "targetKind", "targetId", "jobId", "requestId", data
    from jsonb_to_recordset(${storableJson(rows)}::jsonb) as row(
      "tenantId" uuid, id uuid, action text, "actorKind" text, "actorId" text, "actorName" text,
      "targetKind" text, "targetId" text, "jobId" uuid, "requestId" text, data jsonb)
    where (select count(*) from access.tenant where tenant.id = "tenantId") > 0`;
}
