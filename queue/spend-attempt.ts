import type { JsonValue } from '../kernel/json.ts';
import type { Held, JobState } from './job.ts';
import type { RunStatement, Statement } from './statement.ts';

/** What became of a job whose holder is gone. */
export interface SpendResult {
  readonly jobId: string;
  readonly tenantId: string;
  /** QUEUED again at once, WAITING for its next attempt, PAUSED as requested, or DEAD. */
  readonly state: JobState;
  readonly attempt: number;
}

/** A holder that is gone, and what is known of why. */
export interface Surrender {
  readonly owner: string;
  readonly error: JsonValue;
  /** The job that brought it down; undefined where nobody knows. */
  readonly blamed?: string | undefined;
  /** What becomes of its other jobs: a loss each, given back unharmed, or left as they are. */
  readonly others: 'LOSS' | 'RELEASE' | 'KEEP';
}

/** Owners whose names begin so hold one job at a time and run nothing beside it: what kills them is that job. */
export const quarantinePrefix = 'quarantine-';

/** What the last error of a job says when its worker vanished. */
const leaseLost = {
  type: 'https://operandi.dev/problems/lease-lost',
  title: 'Lease lost',
  status: 500,
  detail: 'the worker stopped answering while it ran the job',
};

const attemptLost = 'dev.operandi.job.attempt-lost.v1';

const columns = `id, tenant_id, attempt, max_attempts, request, event_seq, losses,
  owner like '${quarantinePrefix}%' as is_alone`;

/** What the attempts since the last progress were lost by first, unless nobody knows: it tells more than the last loss. */
const firstError = `
  select event.data -> 'error' from jobs.event
  where event.job_id = outcome.id and event.type = '${attemptLost}' and outcome.spent > 1
    and event.seq >= (select max(began.seq) from jobs.event as began
      where began.job_id = outcome.id and began.type = '${attemptLost}' and began.data ->> 'attempt' = '1')
    and event.data -> 'error' ->> 'type' is distinct from '${leaseLost.type}'
  order by event.seq limit 1`;

/*
 * Only who was alone is blamed with an attempt; among others a job is charged a loss, and the second one quarantines it.
 * The first attempt lost is retried at once, later ones after 2, 4, 8 … 60 seconds. Progress sets both counts back.
 */
function takeAway(lost: string, verdict: string): string {
  return `
with lost as materialized (${lost}), judged as materialized (
  select lost.*, case when is_alone then 'ATTEMPT' else ${verdict} end as verdict from lost
), outcome as materialized (
  select judged.*, attempt + (verdict = 'ATTEMPT')::int as spent,
    case
      when is_alone or verdict = 'QUARANTINE' then 2
      when verdict = 'LOSS' then least(losses + 1, 2)
      else losses
    end as lost_times,
    case
      when verdict = 'ATTEMPT' and attempt + 1 >= max_attempts then 'DEAD'
      when request = 'PAUSE' then 'PAUSED'
      when verdict <> 'ATTEMPT' or attempt = 0 then 'QUEUED'
      else 'WAITING'
    end as next
  from judged
), moved as (
  update jobs.job as job
  set state = outcome.next::jobs.job_state, attempt = outcome.spent, losses = outcome.lost_times, epoch = job.epoch + 1,
    owner = null, lease_until = null, event_seq = job.event_seq + (verdict <> 'RELEASE')::int,
    request = null,
    run_at = case when outcome.next = 'WAITING'
      then now() + least(60, 2 ^ outcome.attempt) * interval '1 s' else job.run_at end,
    finished_at = case when outcome.next = 'DEAD' then now() end
  from outcome where job.id = outcome.id
), told as (
  insert into jobs.event (tenant_id, job_id, seq, type, data)
  select tenant_id, id, event_seq + 1,
    case
      when next = 'DEAD' then 'dev.operandi.job.dead.v1'
      when verdict = 'ATTEMPT' then '${attemptLost}'
      when lost_times = 2 then 'dev.operandi.job.quarantined.v1'
      else 'dev.operandi.job.interrupted.v1'
    end,
    jsonb_build_object('attempt', spent, 'state', next, 'error', $2::jsonb)
  from outcome where verdict <> 'RELEASE'
), io as (
  update jobs.job_io set error = coalesce((${firstError}), $2::jsonb)
  from outcome where job_io.job_id = outcome.id and outcome.next = 'DEAD'
)
select id, tenant_id, next as state, spent from outcome`;
}

const reap: Statement = {
  name: 'queue-reap',
  text: takeAway(
    `select ${columns} from jobs.job
     where state = 'RUNNING' and lease_until < now()
     order by lease_until limit $1 for update skip locked`,
    `'LOSS'`,
  ),
};

const fail: Statement = {
  name: 'queue-fail-attempt',
  text: takeAway(
    `select ${columns} from jobs.job
     where id = $1::uuid and epoch = $3::int and state = 'RUNNING' for update`,
    `'ATTEMPT'`,
  ),
};

const surrender: Statement = {
  name: 'queue-surrender',
  text: takeAway(
    `select ${columns} from jobs.job
     where state = 'RUNNING' and owner = $1 and ($4::text <> 'KEEP' or id = $3::uuid) order by id for update`,
    `case when id = $3::uuid then 'QUARANTINE' else $4::text end`,
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

/** Takes the jobs of a holder that is gone at once, without waiting for the end of their leases. */
export async function surrenderJobs(
  run: RunStatement,
  { owner, error, blamed, others }: Surrender,
): Promise<readonly SpendResult[]> {
  const values = [owner, JSON.stringify(error), blamed ?? null, others];
  return (await run<SpentRow>(surrender, values)).map(toResult);
}

function toResult({ id, tenant_id, state, spent }: SpentRow): SpendResult {
  return { jobId: id, tenantId: tenant_id, state, attempt: spent };
}
