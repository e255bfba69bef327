-- A tenant that the operator has suspended: its keys are refused, its jobs held, nothing of it is started.
alter table access.tenant add column suspended_at timestamptz;

-- A job that was paused because its tenant is suspended, and goes on once that is no longer so.
alter table jobs.job add column is_held boolean not null default false;
create index job_held on jobs.job (tenant_id) where is_held;
create index tenant_suspended on access.tenant (id) where suspended_at is not null;
