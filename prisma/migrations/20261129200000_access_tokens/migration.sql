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

-- Whether that holds an agent, a job with these columns, and a job by its id. Functions, so that whoever reaches all pays for
-- one look at the setting and no more; they look at the tenant of the transaction alone.
create function access.reaches_agent(reach jsonb, wanted uuid) returns boolean
  language sql stable security definer set search_path = pg_catalog, pg_temp
  as $$ select not reach ? 'agent' or wanted = (reach ->> 'agent')::uuid $$;
create function access.reaches_job(reach jsonb, wanted uuid, its_agent uuid, its_token uuid) returns boolean
  language sql stable security definer set search_path = pg_catalog, pg_temp
  as $$
    select (not reach ? 'job' or wanted = (reach ->> 'job')::uuid)
      and (not reach ? 'token' or coalesce(its_token = (reach ->> 'token')::uuid, false))
      and access.reaches_agent(reach, its_agent)
  $$;
create function access.reaches_job(reach jsonb, wanted uuid) returns boolean
  language sql stable security definer set search_path = pg_catalog, pg_temp
  as $$
    select exists (
      select from jobs.job
      where tenant_id = access.current_tenant() and id = wanted and access.reaches_job(reach, id, agent_id, token_id))
  $$;
create function access.reaches_approvals(reach jsonb, its_job uuid) returns boolean
  language sql stable security definer set search_path = pg_catalog, pg_temp
  as $$ select coalesce((reach ->> 'approvals')::boolean, true) and access.reaches_job(reach, its_job) $$;
create function access.reaches_approval(reach jsonb, wanted uuid) returns boolean
  language sql stable security definer set search_path = pg_catalog, pg_temp
  as $$
    select exists (
      select from jobs.approval
      where tenant_id = access.current_tenant() and id = wanted and access.reaches_approvals(reach, job_id))
  $$;

-- What is not reached is not there, whichever verb asks.
do $$
declare
  item record;
begin
  for item in
    select * from (values
      ('agent', 'reaches_agent', 'id'), ('agent_version', 'reaches_agent', 'agent_id'), ('schedule', 'reaches_agent', 'agent_id'),
      ('job', 'reaches_job', 'id, agent_id, token_id'), ('job_io', 'reaches_job', 'job_id'), ('journal', 'reaches_job', 'job_id'),
      ('event', 'reaches_job', 'job_id'), ('wait', 'reaches_job', 'job_id'),
      ('approval', 'reaches_approvals', 'job_id'), ('approval_decision', 'reaches_approval', 'approval_id')
    ) as guarded (tablename, test, columns)
  loop
    execute format(
      'create policy reach on jobs.%I as restrictive for select to operandi_app
         using ((select access.reach()) is null or access.%I((select access.reach()), %s))',
      item.tablename, item.test, item.columns);
  end loop;
end $$;
revoke execute on function access.reaches_agent, access.reaches_job(jsonb, uuid, uuid, uuid), access.reaches_job(jsonb, uuid),
  access.reaches_approvals, access.reaches_approval from public;
grant execute on function access.reaches_agent, access.reaches_job(jsonb, uuid, uuid, uuid), access.reaches_job(jsonb, uuid),
  access.reaches_approvals, access.reaches_approval to operandi_app;
