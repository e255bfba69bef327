import { z } from 'zod';

import type { BreakerState } from '../../connectors/egress/circuit.ts';
import type { CacheOutcome, CallTimes } from '../../connectors/egress/trace.ts';
import type { Transaction } from '../../kernel/database/database.ts';
import { storableJson, storableText } from '../../kernel/storable.ts';

/** A call about to be made. */
export interface CallDraft {
  readonly tenantId: string;
  /** For the row if it is new; a replayed effect finds its old one. */
  readonly id: string;
  /** Name of the integration, as definitions write it. */
  readonly integration: string;
  readonly jobId: string | null;
  readonly key: string | null;
  readonly task: string | null;
  readonly operation: string;
  readonly idempotencyKey: string | null;
}

const intendedCall = z.object({
  tenantId: z.string(),
  id: z.string(),
  jobId: z.string().nullable(),
  key: z.string().nullable(),
  integrationId: z.string(),
  /** Changes with every change of the integration, and when what is kept of its answers is to be forgotten. */
  revision: z.string(),
  /** Counts its configurations. */
  integrationVersion: z.number(),
  credentialVersion: z.number(),
});

export type IntendedCall = z.infer<typeof intendedCall>;

export interface CallOutcome {
  readonly tenantId: string;
  readonly id: string;
  readonly state: 'SUCCEEDED' | 'FAILED' | 'UNKNOWN';
  readonly status: number | null;
  readonly attempts: number;
  readonly batchId: string | null;
  readonly batchSize: number | null;
  readonly error: string | null;
  readonly durationMs: number;
  readonly cache: CacheOutcome | null;
  readonly breaker: BreakerState | null;
  /** Milliseconds by stage. */
  readonly timing: CallTimes | null;
}

/** The draft with texts that the database keeps, so that its row is known again by them. */
export function storableDraft(draft: CallDraft): CallDraft {
  const { integration, operation, key, task, idempotencyKey } = draft;
  return {
    ...draft,
    integration: storableText(integration),
    operation: storableText(operation),
    key: key === null ? null : storableText(key),
    task: task === null ? null : storableText(task),
    idempotencyKey: idempotencyKey === null ? null : storableText(idempotencyKey),
  };
}

/** Writes calls as INTENDED; a draft whose integration does not exist leaves no row. */
export async function insertCalls(
  tx: Transaction,
  drafts: readonly CallDraft[],
): Promise<readonly IntendedCall[]> {
  const rows = await tx.$queryRaw`
    with draft as (
      select * from jsonb_to_recordset(${JSON.stringify(drafts)}::jsonb) as d(
        "tenantId" uuid, id uuid, integration text, "jobId" uuid, key text, task text,
        operation text, "idempotencyKey" text)
    ), written as (
      insert into integrations.call
        (tenant_id, id, integration_id, job_id, key, task, operation, idempotency_key)
      select d."tenantId", d.id, i.id, d."jobId", d.key, d.task, d.operation, d."idempotencyKey"
      from draft d
      join integrations.integration i
        on i.tenant_id = d."tenantId" and i.name = d.integration and i.deleted_at is null
      on conflict (tenant_id, job_id, key) do update set
        state = 'INTENDED', integration_id = excluded.integration_id, status = null, error = null,
        batch_id = null, batch_size = null, duration_ms = null,
        cache = null, breaker = null, timing = null
      returning tenant_id, id, job_id, key, integration_id
    )
    select w.tenant_id::text as "tenantId", w.id::text as id, w.job_id::text as "jobId", w.key,
           w.integration_id::text as "integrationId",
           i.updated_at::text || '/' || i.credential_version || '/' || i.cache_epoch as revision,
           i.version as "integrationVersion", i.credential_version as "credentialVersion"
    from written w
    join integrations.integration i on i.tenant_id = w.tenant_id and i.id = w.integration_id`;
  return z.array(intendedCall).parse(rows);
}

/** Writes what became of calls; attempts add up over replays. */
export async function settleCalls(
  tx: Transaction,
  outcomes: readonly CallOutcome[],
): Promise<void> {
  await tx.$executeRaw`
    update integrations.call c set
      state = o.state, status = o.status, attempts = c.attempts + o.attempts, error = o.error,
      batch_id = o."batchId", batch_size = o."batchSize", duration_ms = o."durationMs",
      cache = o.cache, breaker = o.breaker, timing = o.timing
    from jsonb_to_recordset(${storableJson(outcomes)}::jsonb) as o(
      "tenantId" uuid, id uuid, state integrations.call_state, status int, attempts int,
      error text, "batchId" uuid, "batchSize" int, "durationMs" int,
      cache text, breaker text, timing jsonb)
    where c.tenant_id = o."tenantId" and c.id = o.id`;
}
