-- Labels of jobs. A job without any costs nothing; one that has some writes them once, however often its own row changes.
create table jobs.job_label (
  tenant_id uuid not null,
  job_id uuid not null,
  key text not null check (length(key) between 1 and 63),
  value text not null check (length(value) <= 200),
  -- That of the job: the index below gives the jobs of a label in the order in which they are listed.
  created_at timestamptz not null default now(),
  primary key (tenant_id, job_id, key)
);
create index job_by_label on jobs.job_label (tenant_id, key, value, created_at, job_id);

alter table jobs.job_label enable row level security;
alter table jobs.job_label force row level security;
create policy tenant on jobs.job_label to operandi_app
  using (tenant_id = access.current_tenant()) with check (tenant_id = access.current_tenant());
create policy worker on jobs.job_label to operandi_worker using (true) with check (true);
create policy owner on jobs.job_label to current_user using (true) with check (true);
grant select, insert on jobs.job_label to operandi_app;
grant select, insert on jobs.job_label to operandi_worker;

-- Lists go by the time of the job. An agent is looked for version by version, so that one index serves both.
drop index jobs.job_list;
create index job_list on jobs.job (tenant_id, created_at, id);
drop index jobs.job_list_by_agent;
create index job_list_by_version on jobs.job (tenant_id, agent_version_id, created_at, id);
-- By what ended; an entry is written once.
create index job_finished on jobs.job (tenant_id, finished_at, id) where finished_at is not null;
-- What ends badly is looked for among much that does not, and what is dead among that.
drop index jobs.job_dead;
create index job_dead on jobs.job (tenant_id, created_at, id) where state = 'DEAD';
create index job_ended_badly on jobs.job (tenant_id, created_at, id) where state in ('FAILED', 'CANCELLED', 'DEAD');
-- In the order of lists; whose they are is read from the index as well.
drop index jobs.job_live;
create index job_live on jobs.job (tenant_id, created_at, id, submitter)
  where state in ('QUEUED', 'RUNNING', 'WAITING', 'PAUSED');
