-- Who answers for a job, as `<kind>:<id>` of a credential, so that the end of that credential can reach it.
alter table jobs.job add column submitter text;

create index job_live_by_submitter on jobs.job (tenant_id, submitter)
  where submitter is not null and state in ('QUEUED', 'RUNNING', 'WAITING', 'PAUSED');

-- What becomes of the jobs of a credential once it has ended.
alter table access.api_key add column jobs_policy text not null default 'STOP'
  check (jobs_policy in ('STOP', 'FINISH', 'ASK'));
alter table access.member add column jobs_policy text not null default 'STOP'
  check (jobs_policy in ('STOP', 'FINISH', 'ASK'));

create index api_key_revoked on access.api_key (revoked_at) where revoked_at is not null;
create index member_removed on access.member (removed_at) where removed_at is not null;
