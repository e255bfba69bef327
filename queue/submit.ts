import { AppError } from '../kernel/errors.ts';
import type { JsonValue } from '../kernel/json.ts';
import { priorities, type AuditDraft, type EventDraft, type JobPriority } from './job.ts';
import type { RunStatement, Statement } from './statement.ts';
import { noTurn } from './turns.ts';

/** A job to be queued, with the rows that tell of it. */
export interface SubmitRow {
  /** Chosen by the caller; submitting the same id again is the same submit. */
  readonly jobId: string;
  readonly tenantId: string;
  readonly agentId: string;
  readonly agentVersionId: string;
  /** @default NORMAL */
  readonly priority?: JobPriority;
  /** Not before this moment. @default now */
  readonly runAt?: Date;
  /** Attempts that may be lost without progress before the job is DEAD. @default 5 */
  readonly maxAttempts?: number;
  readonly parentId?: string;
  /** How many jobs have started one another up to this one. @default 0 */
  readonly depth?: number;
  /** Unique in the tenant: a second submit with the same hash answers the first job. */
  readonly idempotencyKey?: string;
  readonly inputHash: string;
  readonly input: JsonValue;
  /** Display name or id of who submits. */
  readonly createdBy: string;
  /** Who answers for the job, as `<kind>:<id>`. @default that of the parent */
  readonly submitter?: string;
  /** Who sent the events that start it, likewise. @default those of the parent */
  readonly senders?: readonly string[];
  /** First event of the job. @default `dev.operandi.job.queued.v1` */
  readonly event?: EventDraft;
  readonly audit: AuditDraft;
  /** Starts the job as already claimed by a worker in this process. */
  readonly lease?: { readonly owner: string; readonly leaseMs: number };
}

/** A job with its place in the order of claims. */
export interface PlacedRow extends SubmitRow {
  /** Its claim key; a job without one takes its turn when it is first met by a claim. */
  readonly turn?: number;
}

/** What became of a submit. */
export interface SubmitResult {
  readonly jobId: string;
  readonly tenantId: string;
  /** False when the idempotency key was known: nothing was written. */
  readonly isNew: boolean;
}

const insert: Statement = {
  name: 'queue-submit',
  text: `
with incoming as materialized (
  select * from json_to_recordset($1::json) as incoming(
    id uuid, tenant_id uuid, agent_id uuid, agent_version_id uuid, priority smallint, claim_key bigint,
    run_at timestamptz, max_attempts int, idempotency_key text, input_hash text, input json, parent_id uuid, depth smallint,
    created_by text, submitter text, senders text[], owner text, lease_ms int, event_type text, event_data jsonb, audit jsonb)
), inserted as (
  insert into jobs.job (id, tenant_id, agent_id, agent_version_id, priority, run_at, max_attempts, idempotency_key,
    input_hash, parent_id, depth, created_by, submitter, earlier_submitters, senders, event_seq, claim_key, state, owner, epoch,
    lease_until, started_at)
  select id, tenant_id, agent_id, agent_version_id, priority, coalesce(run_at, now()), coalesce(max_attempts, 5),
    idempotency_key, input_hash, parent_id, coalesce(depth, 0), created_by,
    coalesce(submitter, (select parent.submitter from jobs.job as parent where parent.id = incoming.parent_id)),
    coalesce((select parent.earlier_submitters from jobs.job as parent where parent.id = incoming.parent_id), '{}'),
    coalesce(senders, (select parent.senders from jobs.job as parent where parent.id = incoming.parent_id)), 1, claim_key,
    (case when owner is not null then 'RUNNING' when run_at > now() then 'WAITING' else 'QUEUED' end)::jobs.job_state,
    owner, case when owner is null then 0 else 1 end, now() + lease_ms * interval '1 ms',
    case when owner is not null then now() end
  from incoming
  on conflict do nothing
  returning id
), io as (
  insert into jobs.job_io (tenant_id, job_id, input)
  select tenant_id, id, coalesce(input, 'null'::json) from incoming join inserted using (id)
), event as (
  insert into jobs.event (tenant_id, job_id, seq, type, data)
  select tenant_id, id, 1, event_type, event_data from incoming join inserted using (id)
), audited as (
  insert into audit.event (tenant_id, id, action, actor_kind, actor_id, actor_name, target_kind, target_id, job_id,
    request_id, data)
  select "tenantId", row.id, action, "actorKind", "actorId", "actorName", "targetKind", "targetId", "jobId",
    "requestId", data
  from incoming join inserted using (id), jsonb_to_record(incoming.audit) as row(
    id uuid, "tenantId" uuid, action text, "actorKind" text, "actorId" text, "actorName" text, "targetKind" text,
    "targetId" text, "jobId" uuid, "requestId" text, data jsonb)
)
select id from inserted`,
};

// Runs after the insert has committed: a row that won against ours in another process is visible by now.
const findWinners: Statement = {
  name: 'queue-submit-winners',
  text: `
select asked.id as asked, job.id, job.input_hash
from json_to_recordset($1::json) as asked(id uuid, tenant_id uuid, idempotency_key text)
join jobs.job as job
  on job.id = asked.id or (job.tenant_id = asked.tenant_id and job.idempotency_key = asked.idempotency_key)`,
};

interface Winner {
  readonly asked: string;
  readonly id: string;
  readonly input_hash: string;
}

/** Queues many jobs by one statement. A known idempotency key answers its first job or fails that member only. */
export async function submitJobs(
  run: RunStatement,
  rows: readonly PlacedRow[],
): Promise<readonly (SubmitResult | AppError)[]> {
  const inserted = await run<{ id: string }>(insert, [
    JSON.stringify(inLockOrder(rows).map(toRecord)),
  ]);
  const newIds = new Set(inserted.map((row) => row.id));
  const losers = rows.filter((row) => !newIds.has(row.jobId));
  const winners =
    losers.length === 0
      ? []
      : await run<Winner>(findWinners, [JSON.stringify(losers.map(toRecord))]);
  const winnerOf = new Map(winners.map((winner) => [winner.asked, winner]));
  return rows.map((row) =>
    newIds.has(row.jobId)
      ? { jobId: row.jobId, tenantId: row.tenantId, isNew: true }
      : settleLoser(row, winnerOf.get(row.jobId)),
  );
}

// A job under our own id is ours: an earlier try of this statement committed unseen.
function settleLoser(row: SubmitRow, winner: Winner | undefined): SubmitResult | AppError {
  if (winner === undefined) {
    return new AppError('UNAVAILABLE', `job ${row.jobId} met a job that is gone; submit it again`);
  }
  if (winner.input_hash !== row.inputHash) {
    return new AppError('IDEMPOTENCY_MISMATCH', 'the idempotency key was used with another input', {
      path: 'input.idempotencyKey',
    });
  }
  return { jobId: winner.id, tenantId: row.tenantId, isNew: winner.id === row.jobId };
}

// Two flushes that insert the same keys wait for each other in one direction only.
function inLockOrder(rows: readonly PlacedRow[]): readonly PlacedRow[] {
  const keyOf = (row: SubmitRow) => `${row.tenantId} ${row.idempotencyKey ?? ''}`;
  const keyed = rows.map((row) => ({ row, key: keyOf(row) }));
  return keyed
    .toSorted((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    .map(({ row }) => row);
}

function toRecord(row: PlacedRow) {
  return {
    id: row.jobId,
    tenant_id: row.tenantId,
    agent_id: row.agentId,
    agent_version_id: row.agentVersionId,
    priority: priorities[row.priority ?? 'NORMAL'].rank,
    claim_key: row.turn ?? noTurn,
    run_at: row.runAt,
    max_attempts: row.maxAttempts,
    idempotency_key: row.idempotencyKey,
    input_hash: row.inputHash,
    input: row.input,
    parent_id: row.parentId,
    depth: row.depth,
    created_by: row.createdBy,
    submitter: row.submitter,
    senders: row.senders,
    owner: row.lease?.owner,
    lease_ms: row.lease?.leaseMs,
    event_type: row.event?.type ?? 'dev.operandi.job.queued.v1',
    event_data: row.event?.data ?? {},
    audit: row.audit,
  };
}
