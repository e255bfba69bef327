import { noTurn } from './turns.ts';

/*
 * `wakes` is counted under the lock of the job row. A run that is about to park carries the count it was claimed with,
 * and its statement compares it under the same lock: it sees these answers however the two interleave.
 */

/**
 * Counts the answers in `answered (job_id, key)` on their jobs, whose rows the statement has locked, makes those that sleep ready, and
 * tells of each answer by an event of the type; `moved` are the jobs.
 */
export function wakeAnswered(type: string): string {
  return `counted as (
  select job_id, count(*)::int as answers from answered group by job_id
), moved as (
  update jobs.job as job
  set wakes = job.wakes + answers, event_seq = job.event_seq + answers,
    claim_key = case when job.state = 'WAITING' then ${noTurn} else job.claim_key end,
    state = case when job.state = 'WAITING' then 'QUEUED' else job.state end
  from counted where job.id = counted.job_id
  returning job.id, job.tenant_id, job.state, job.event_seq - answers as before
), told as (
  insert into jobs.event (tenant_id, job_id, seq, type, data)
  select tenant_id, job_id, before + row_number() over (partition by job_id order by key), ${type}::text,
    jsonb_build_object('wait', key)
  from answered join moved on moved.id = answered.job_id
)`;
}
