import type { JsonValue } from '../kernel/json.ts';
import type { Held, JobState } from './job.ts';
import type { RunStatement, Statement } from './statement.ts';

/** What became of a job whose attempt was lost. */
export interface SpendResult {
  readonly jobId: string;
  readonly tenantId: string;
  /** QUEUED again at once, WAITING for its next attempt, PAUSED as requested, or DEAD. */
  readonly state: JobState;
  readonly attempt: number;
}

/** What the last error of a job says when its worker vanished. */
const leaseLost = {
  type: 'https://operandi.dev/problems/lease-lost',
  title: 'Lease lost',
  status: 500,
  detail: 'the worker stopped answering while it ran the job',
};

// The first loss is retried at once, later ones after 2, 4, 8 … 60 seconds. Progress sets the count back.
function spendAttempt(lost: string, error: string): string {
  return `
with lost as materialized (${lost}), outcome as materialized (
  select lost.*, lost.attempt + 1 as spent,
    case
      when lost.attempt + 1 >= lost.max_attempts then 'DEAD'
      when lost.request = 'PAUSE' then 'PAUSED'
      when lost.attempt = 0 then 'QUEUED'
      else 'WAITING'
    end as next
  from lost
), moved as (
  update jobs.job as job
  set state = outcome.next::jobs.job_state, attempt = outcome.spent, epoch = job.epoch + 1, owner = null,
    lease_until = null, event_seq = job.event_seq + 1,
    request = null,
    run_at = case when outcome.next = 'WAITING'
      then now() + least(60, 2 ^ outcome.attempt) * interval '1 s' else job.run_at end,
    finished_at = case when outcome.next = 'DEAD' then now() end
  from outcome where job.id = outcome.id
), told as (
  insert into jobs.event (tenant_id, job_id, seq, type, data)
  select tenant_id, id, event_seq + 1,
    case next when 'DEAD' then 'dev.operandi.job.dead.v1' else 'dev.operandi.job.attempt-lost.v1' end,
    jsonb_build_object('attempt', spent, 'state', next, 'error', ${error})
  from outcome
), io as (
  update jobs.job_io set error = ${error} from outcome where job_io.job_id = outcome.id and outcome.next = 'DEAD'
)
select id, tenant_id, next as state, spent from outcome`;
}

const reap: Statement = {
  name: 'queue-reap',
  text: spendAttempt(
    `select id, tenant_id, attempt, max_attempts, request, event_seq from jobs.job
     where state = 'RUNNING' and lease_until < now()
     order by lease_until limit $1 for update skip locked`,
    '$2::jsonb',
  ),
};

const fail: Statement = {
  name: 'queue-fail-attempt',
  text: spendAttempt(
    `select id, tenant_id, attempt, max_attempts, request, event_seq from jobs.job
     where id = $1::uuid and epoch = $3::int and state = 'RUNNING' for update`,
    '$2::jsonb',
  ),
};

interface SpentRow {
  readonly id: string;
  readonly tenant_id: string;
  readonly state: JobState;
  readonly spent: number;
}

/** Takes jobs whose lease has ended by the database's clock from workers that stopped answering. */
export async function reapJobs(run: RunStatement, limit: number): Promise<readonly SpendResult[]> {
  return (await run<SpentRow>(reap, [limit, JSON.stringify(leaseLost)])).map(toResult);
}

/** Ends one attempt by a fault of the platform; undefined when the job is held no more. */
export async function failAttempt(
  run: RunStatement,
  { jobId, epoch }: Held,
  error: JsonValue,
): Promise<SpendResult | undefined> {
  return (await run<SpentRow>(fail, [jobId, JSON.stringify(error), epoch])).map(toResult)[0];
}

function toResult({ id, tenant_id, state, spent }: SpentRow): SpendResult {
  return { jobId: id, tenantId: tenant_id, state, attempt: spent };
}
