-- A short-lived credential that a key or a member gives to a page: it reads one job, or one agent's, and may do nothing that
-- its maker may not. Only the hash of the secret is kept.
create table access.access_token (
  tenant_id uuid not null references access.tenant (id),
  id uuid not null,
  public_id text not null,
  secret_hash bytea not null,
  -- Who made it and answers for what is done with it: one of both.
  api_key_id uuid,
  member_id uuid,
  agent_id uuid not null,
  -- The one job that it reads; null for those of the agent.
  job_id uuid,
  -- It submits jobs of the agent, and reads those alone that it has submitted.
  submits boolean not null default false,
  -- It reads the approvals of the jobs that it reads.
  reads_approvals boolean not null default false,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, api_key_id) references access.api_key (tenant_id, id),
  foreign key (tenant_id, member_id) references access.member (tenant_id, id),
  foreign key (tenant_id, agent_id) references jobs.agent (tenant_id, id),
  check (num_nonnulls(api_key_id, member_id) = 1),
  check (job_id is null or not submits)
);
create unique index access_token_public_id_key on access.access_token (public_id);
create index access_token_by_end on access.access_token (tenant_id, expires_at);

alter table access.access_token enable row level security;
alter table access.access_token force row level security;
create policy tenant on access.access_token to operandi_app
  using (tenant_id = access.current_tenant()) with check (tenant_id = access.current_tenant());
create policy owner on access.access_token to current_user using (true) with check (true);
create policy gateway on access.access_token for select to operandi_gateway using (true);
grant select, insert on access.access_token to operandi_app;

-- Those that have ended go, by those who make others; two never wait for each other.
create function access.sweep_tokens(before timestamptz, most int) returns void
  language sql security definer set search_path = pg_catalog, pg_temp
  as $$
    delete from access.access_token where tenant_id = access.current_tenant() and id in (
      select id from access.access_token where tenant_id = access.current_tenant() and expires_at < before
      limit most for update skip locked)
  $$;
revoke execute on function access.sweep_tokens from public;
grant execute on function access.sweep_tokens to operandi_app;
grant select on access.access_token to operandi_gateway;

-- With which token a job was submitted; who answers for it is the maker of that, its submitter.
alter table jobs.job add column token_id uuid;

-- What a caller reaches of its tenant, as verbs say it for a transaction: null for all. Members are `agent`, `job` and `token`
-- (ids) and `approvals` (false for none); those that are there count all.
create function access.reach() returns jsonb
  language sql stable
  as $$ select nullif(current_setting('app.reach', true), '')::jsonb $$;

-- Below each table stands what it belongs to, so that what is not reached is not there, whichever verb asks.
create policy reach on jobs.agent as restrictive for select to operandi_app using (
  (select access.reach()) is null
  or not (select access.reach()) ? 'agent' or id = ((select access.reach()) ->> 'agent')::uuid
);
create policy reach on jobs.job as restrictive for select to operandi_app using (
  (select access.reach()) is null
  or (not (select access.reach()) ? 'job' or id = ((select access.reach()) ->> 'job')::uuid)
    and (not (select access.reach()) ? 'token' or token_id = ((select access.reach()) ->> 'token')::uuid)
    and exists (select from jobs.agent where agent.tenant_id = job.tenant_id and agent.id = job.agent_id)
);
create policy reach on jobs.agent_version as restrictive for select to operandi_app using (
  (select access.reach()) is null
  or exists (select from jobs.agent where agent.tenant_id = agent_version.tenant_id and agent.id = agent_version.agent_id)
);
create policy reach on jobs.schedule as restrictive for select to operandi_app using (
  (select access.reach()) is null
  or exists (select from jobs.agent where agent.tenant_id = schedule.tenant_id and agent.id = schedule.agent_id)
);
create policy reach on jobs.approval as restrictive for select to operandi_app using (
  (select access.reach()) is null
  or coalesce(((select access.reach()) ->> 'approvals')::boolean, true)
    and exists (select from jobs.job where job.tenant_id = approval.tenant_id and job.id = approval.job_id)
);
create policy reach on jobs.approval_decision as restrictive for select to operandi_app using (
  (select access.reach()) is null
  or exists (
    select from jobs.approval
    where approval.tenant_id = approval_decision.tenant_id and approval.id = approval_decision.approval_id)
);
do $$
declare
  item text;
begin
  foreach item in array array['job_io', 'journal', 'event', 'wait'] loop
    execute format(
      'create policy reach on jobs.%1$I as restrictive for select to operandi_app using (
         (select access.reach()) is null
         or exists (select from jobs.job where job.tenant_id = %1$I.tenant_id and job.id = %1$I.job_id))',
      item);
  end loop;
end $$;
