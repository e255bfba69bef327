import { AppError } from '../kernel/errors.ts';
import type { JsonValue } from '../kernel/json.ts';
import { priorities, type AuditDraft, type EventDraft, type JobPriority } from './job.ts';
import {
  jsonText,
  namesOf,
  unnest,
  valuesOf,
  type Column,
  type RunStatement,
  type Statement,
} from './statement.ts';
import { gateKey } from './gates.ts';
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
  /** Names the key by which the input is sealed, and all that the job will hold. @default it is not sealed */
  readonly dataKeyId?: string;
  /** Words by which it is found again. @default none */
  readonly labels?: readonly JobLabel[];
  /** At which gate of its agent it waits for a place, see docs/adr/0016. @default at none */
  readonly gate?: string;
  /** Display name or id of who submits. */
  readonly createdBy: string;
  /** Who answers for the job, as `<kind>:<id>`. @default that of the parent */
  readonly submitter?: string;
  /** Who sent the events that start it, likewise. @default those of the parent */
  readonly senders?: readonly string[];
  /** Id of the access token it is submitted with. @default none */
  readonly tokenId?: string;
  /** First event of the job. @default `dev.operandi.job.queued.v1` */
  readonly event?: EventDraft;
  readonly audit: AuditDraft;
  /** Starts the job as already claimed by a worker in this process. */
  readonly lease?: { readonly owner: string; readonly leaseMs: number };
}

/** A word by which a job is found again; a job has a key once. */
export interface JobLabel {
  readonly key: string;
  readonly value: string;
}

/** A job with its place in the order of claims, and the span that it is submitted in. */
export interface PlacedRow extends SubmitRow {
  /** As W3C Trace Context has it. @default none */
  readonly traceparent?: string;
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

const queued = 'dev.operandi.job.queued.v1';

const columns: readonly Column<PlacedRow>[] = [
  { name: 'id', type: 'uuid', of: ({ jobId }) => jobId },
  { name: 'tenant_id', type: 'uuid', of: ({ tenantId }) => tenantId },
  { name: 'agent_id', type: 'uuid', of: ({ agentId }) => agentId },
  { name: 'agent_version_id', type: 'uuid', of: ({ agentVersionId }) => agentVersionId },
  {
    name: 'priority',
    type: 'smallint',
    of: ({ priority }) => priorities[priority ?? 'NORMAL'].rank,
  },
  { name: 'claim_key', type: 'bigint', of: ({ turn }) => turn ?? noTurn },
  { name: 'run_at', type: 'timestamptz', of: ({ runAt }) => runAt?.toISOString() },
  { name: 'max_attempts', type: 'int', of: ({ maxAttempts }) => maxAttempts },
  { name: 'idempotency_key', type: 'text', of: ({ idempotencyKey }) => idempotencyKey },
  { name: 'input_hash', type: 'text', of: ({ inputHash }) => inputHash },
  { name: 'input', type: 'json', of: ({ input }) => jsonText(input) },
  { name: 'data_key_id', type: 'uuid', of: ({ dataKeyId }) => dataKeyId },
  { name: 'parent_id', type: 'uuid', of: ({ parentId }) => parentId },
  { name: 'depth', type: 'smallint', of: ({ depth }) => depth },
  { name: 'created_by', type: 'text', of: ({ createdBy }) => createdBy },
  { name: 'submitter', type: 'text', of: ({ submitter }) => submitter },
  { name: 'senders', type: 'text', of: ({ senders }) => senders && arrayText(senders) },
  { name: 'token_id', type: 'uuid', of: ({ tokenId }) => tokenId },
  { name: 'labels', type: 'json', of: ({ labels }) => (labels?.length ? jsonText(labels) : null) },
  { name: 'gate', type: 'text', of: ({ gate }) => gate },
  { name: 'traceparent', type: 'text', of: ({ traceparent }) => traceparent },
  { name: 'owner', type: 'text', of: ({ lease }) => lease?.owner },
  { name: 'lease_ms', type: 'int', of: ({ lease }) => lease?.leaseMs },
  { name: 'event_type', type: 'text', of: ({ event }) => event?.type ?? queued },
  { name: 'event_data', type: 'jsonb', of: ({ event }) => jsonText(event?.data ?? {}) },
  { name: 'audit_tenant', type: 'uuid', of: ({ audit }) => audit.tenantId },
  { name: 'audit_id', type: 'uuid', of: ({ audit }) => audit.id },
  { name: 'action', type: 'text', of: ({ audit }) => audit.action },
  { name: 'actor_kind', type: 'text', of: ({ audit }) => audit.actorKind },
  { name: 'actor_id', type: 'text', of: ({ audit }) => audit.actorId },
  { name: 'actor_name', type: 'text', of: ({ audit }) => audit.actorName },
  { name: 'target_kind', type: 'text', of: ({ audit }) => audit.targetKind },
  { name: 'target_id', type: 'text', of: ({ audit }) => audit.targetId },
  { name: 'audit_job', type: 'uuid', of: ({ audit }) => audit.jobId },
  { name: 'request_id', type: 'text', of: ({ audit }) => audit.requestId },
  { name: 'audit_data', type: 'jsonb', of: ({ audit }) => jsonText(audit.data) },
];

const insert = inserting('queue-submit', '');

// Labels and gates are rare: a batch without any is not asked about them.
const insertPlaced = inserting(
  'queue-submit-placed',
  `, labelled as (
  insert into jobs.job_label (tenant_id, job_id, key, value)
  select tenant_id, id, label.key, label.value
  from incoming join inserted using (id)
    cross join lateral json_to_recordset(labels) as label(key text, value text)
  where labels is not null
), signalled as (
  insert into jobs.gate_signal (tenant_id, agent_id, gate)
  select distinct tenant_id, agent_id, gate from incoming join inserted using (id) where gate is not null
)`,
);

function inserting(name: string, also: string): Statement {
  return {
    name,
    text: `
with incoming as materialized (
  select * from ${unnest(columns, 1)} as incoming(${namesOf(columns)})
), inserted as (
  insert into jobs.job (id, tenant_id, agent_id, agent_version_id, priority, run_at, max_attempts, idempotency_key,
    input_hash, parent_id, depth, created_by, submitter, earlier_submitters, senders, token_id, event_seq, claim_key, gate, shard, state, owner, epoch,
    lease_until, started_at)
  select id, tenant_id, agent_id, agent_version_id, priority, coalesce(run_at, now()), coalesce(max_attempts, 5),
    idempotency_key, input_hash, parent_id, coalesce(depth, 0), created_by,
    coalesce(submitter, (select parent.submitter from jobs.job as parent where parent.id = incoming.parent_id)),
    coalesce((select parent.earlier_submitters from jobs.job as parent where parent.id = incoming.parent_id), '{}'),
    coalesce(senders::text[], (select parent.senders from jobs.job as parent where parent.id = incoming.parent_id)), token_id, 1,
    case when gate is null then claim_key else ${gateKey} end, gate, (gate is not null)::int,
    (case when owner is not null then 'RUNNING' when run_at > now() then 'WAITING' else 'QUEUED' end)::jobs.job_state,
    owner, case when owner is null then 0 else 1 end, now() + lease_ms * interval '1 ms',
    case when owner is not null then now() end
  from incoming
  on conflict do nothing
  returning id
), io as (
  insert into jobs.job_io (tenant_id, job_id, input, data_key_id, traceparent)
  select tenant_id, id, input, data_key_id, traceparent from incoming join inserted using (id)
), event as (
  insert into jobs.event (tenant_id, job_id, seq, type, data)
  select tenant_id, id, 1, event_type, event_data from incoming join inserted using (id)
), audited as (
  insert into audit.event (tenant_id, id, action, actor_kind, actor_id, actor_name, target_kind, target_id, job_id,
    request_id, data)
  select audit_tenant, audit_id, action, actor_kind, actor_id, actor_name, target_kind, target_id, audit_job, request_id, audit_data
  from incoming join inserted using (id)
)${also}
select id from inserted`,
  };
}

const askedColumns = columns.filter(({ name }) =>
  ['id', 'tenant_id', 'idempotency_key'].includes(name),
);

// Runs after the insert has committed: a row that won against ours in another process is visible by now.
const findWinners: Statement = {
  name: 'queue-submit-winners',
  text: `
select asked.id as asked, job.id, job.input_hash
from ${unnest(askedColumns, 1)} as asked(${namesOf(askedColumns)})
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
  const statement = rows.some(isPlaced) ? insertPlaced : insert;
  const inserted = await run<{ id: string }>(statement, [...valuesOf(columns, inLockOrder(rows))]);
  const newIds = new Set(inserted.map((row) => row.id));
  const losers = rows.filter((row) => !newIds.has(row.jobId));
  const winners =
    losers.length === 0 ? [] : await run<Winner>(findWinners, valuesOf(askedColumns, losers));
  const winnerOf = new Map(winners.map((winner) => [winner.asked, winner]));
  return rows.map((row) =>
    newIds.has(row.jobId)
      ? { jobId: row.jobId, tenantId: row.tenantId, isNew: true }
      : settleLoser(row, winnerOf.get(row.jobId)),
  );
}

function isPlaced({ labels, gate }: PlacedRow): boolean {
  return labels !== undefined || gate !== undefined;
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

/** An array of texts as PostgreSQL writes it. */
function arrayText(texts: readonly string[]): string {
  return `{${texts.map((text) => `"${text.replaceAll(/["\\]/g, '\\$&')}"`).join(',')}}`;
}
