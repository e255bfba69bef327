import type { JsonValue } from '../kernel/json.ts';
import type { RunStatement, Statement } from './statement.ts';

/** Who takes how many jobs for how long. */
export interface ClaimOptions {
  /** Name of the worker process. */
  readonly owner: string;
  readonly limit: number;
  readonly leaseMs: number;
  /** True takes quarantined jobs only; else they are left alone. @default false */
  readonly isQuarantine?: boolean;
}

/** A leased job, ready to run or to go on. */
export interface ClaimedJob {
  readonly jobId: string;
  readonly tenantId: string;
  readonly agentId: string;
  readonly agentVersionId: string;
  /** The job that started it. */
  readonly parentId?: string;
  readonly epoch: number;
  /** Attempts lost since the last progress. */
  readonly attempt: number;
  /** Answers counted at claim; a park passes it on so that it notices later ones. */
  readonly wakes: number;
  readonly input: JsonValue;
  readonly startedAt: Date;
  /** The database's time of the claim, by which the run tells the time. */
  readonly claimedAt: Date;
  /** False for the first claim: there is neither journal nor answer to load. */
  readonly hasHistory: boolean;
}

// Due sleepers and ready jobs compete by claim_key: a timer gives no right to overtake. Rows locked but not taken are
// free again when the statement ends.
const claim = claiming(
  'queue-claim',
  `due as materialized (
  select id, claim_key from jobs.job
  where state = 'WAITING' and run_at <= now() and losses < 2
  order by run_at limit $1 for update skip locked
), ready as materialized (
  select id, claim_key from jobs.job
  where state = 'QUEUED' and shard = 0 and losses < 2
  order by claim_key, id limit $1 for update skip locked
), taken as materialized (
  select id from (select * from due union all select * from ready) as candidate order by claim_key, id limit $1
)`,
);

// Those that have not been blamed yet come first: most of them only stood beside the culprit.
const claimQuarantined = claiming(
  'queue-claim-quarantined',
  `taken as materialized (
  select id from jobs.job
  where losses >= 2 and state in ('QUEUED', 'WAITING') and (state = 'QUEUED' or run_at <= now())
  order by attempt, claim_key, id limit $1 for update skip locked
)`,
);

const findQuarantined: Statement = {
  name: 'queue-has-quarantined',
  text: `
select exists (
  select from jobs.job
  where losses >= 2 and state in ('QUEUED', 'WAITING') and (state = 'QUEUED' or run_at <= now())
) as "hasAny"`,
};

function claiming(name: string, taken: string): Statement {
  return {
    name,
    text: `
with ${taken}, claimed as (
  update jobs.job as job
  set state = 'RUNNING', owner = $2, epoch = job.epoch + 1, lease_until = now() + $3::int * interval '1 ms',
    started_at = coalesce(job.started_at, now())
  from taken where job.id = taken.id
  returning job.id, job.tenant_id, job.agent_id, job.agent_version_id, job.parent_id, job.epoch, job.attempt, job.wakes,
    job.started_at, job.claim_key
)
select claimed.*, job_io.input, now() as claimed_at from claimed join jobs.job_io on job_io.job_id = claimed.id
order by claimed.claim_key, claimed.id`,
  };
}

interface ClaimedRow {
  readonly id: string;
  readonly tenant_id: string;
  readonly agent_id: string;
  readonly agent_version_id: string;
  readonly parent_id: string | null;
  readonly epoch: number;
  readonly attempt: number;
  readonly wakes: number;
  readonly started_at: Date;
  readonly claimed_at: Date;
  readonly input: JsonValue;
}

/** Takes the first ready jobs that nobody else is taking. */
export async function claimJobs(
  run: RunStatement,
  options: ClaimOptions,
): Promise<readonly ClaimedJob[]> {
  const { limit, owner, leaseMs, isQuarantine = false } = options;
  const statement = isQuarantine ? claimQuarantined : claim;
  const rows = await run<ClaimedRow>(statement, [limit, owner, leaseMs]);
  return rows.map((row) => ({
    jobId: row.id,
    tenantId: row.tenant_id,
    agentId: row.agent_id,
    agentVersionId: row.agent_version_id,
    ...(row.parent_id === null ? {} : { parentId: row.parent_id }),
    epoch: row.epoch,
    attempt: row.attempt,
    wakes: row.wakes,
    input: row.input,
    startedAt: row.started_at,
    claimedAt: row.claimed_at,
    hasHistory: row.epoch > 1,
  }));
}

/** True when a quarantined job is ready. */
export async function hasQuarantinedJobs(run: RunStatement): Promise<boolean> {
  const [row] = await run<{ hasAny: boolean }>(findQuarantined, []);
  return row?.hasAny === true;
}
