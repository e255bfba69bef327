-- A definition that is tried on past jobs of an agent, worked off in portions. States and verdicts are texts, as comparing an enum
-- is not leakproof.
create table jobs.backtest (
  tenant_id uuid not null references access.tenant (id),
  id uuid not null,
  agent_id uuid not null,
  definition text not null,
  definition_hash text not null,
  filter jsonb not null,
  state text not null default 'RUNNING' check (state in ('RUNNING', 'FINISHED', 'CANCELLED', 'FAILED')),
  -- Who asked for it, and whether they may see what is sensitive: else jobs with such data are not played.
  actor_kind text not null,
  actor_id text not null,
  actor_name text not null,
  reads_sensitive boolean not null,
  total integer not null,
  same integer not null default 0,
  changed integer not null default 0,
  unknown integer not null default 0,
  -- Jobs that could not be played within the budget.
  costly integer not null default 0,
  error text,
  claim integer not null default 0,
  claimed_until timestamptz,
  looked_at timestamptz not null default now(),
  created_at timestamptz not null default now(),
  finished_at timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, agent_id) references jobs.agent (tenant_id, id)
);
create index backtest_list on jobs.backtest (tenant_id, id desc);
create index backtest_running on jobs.backtest (looked_at) where state = 'RUNNING';

-- Its jobs; without a verdict until they were played. The detail of a job with sensitive data is sealed as that job is.
create table jobs.backtest_job (
  tenant_id uuid not null,
  backtest_id uuid not null,
  job_id uuid not null,
  verdict text check (verdict in ('SAME', 'CHANGED', 'UNKNOWN')),
  was text,
  would_be text,
  detail jsonb,
  primary key (tenant_id, backtest_id, job_id),
  foreign key (tenant_id, backtest_id) references jobs.backtest (tenant_id, id) on delete cascade
);
create index backtest_job_waiting on jobs.backtest_job (tenant_id, backtest_id, job_id) where verdict is null;

-- Each tenant sees its own, and of those what it reaches of the agent; workers work off those of all.
do $$
declare
  name text;
begin
  foreach name in array array['backtest', 'backtest_job'] loop
    execute format('alter table jobs.%I enable row level security', name);
    execute format('alter table jobs.%I force row level security', name);
    execute format(
      'create policy tenant on jobs.%I to operandi_app using (tenant_id = access.current_tenant()) with check (tenant_id = access.current_tenant())',
      name);
    execute format('create policy worker on jobs.%I to operandi_worker using (true) with check (true)', name);
    execute format('create policy owner on jobs.%I to current_user using (true) with check (true)', name);
  end loop;
end $$;
create policy reach on jobs.backtest as restrictive for select to operandi_app
  using ((select access.reach()) is null or access.reaches_agent((select access.reach()), agent_id));
create policy reach on jobs.backtest_job as restrictive for select to operandi_app
  using ((select access.reach()) is null or access.reaches_job((select access.reach()), job_id));
grant select, insert on jobs.backtest, jobs.backtest_job to operandi_app;
grant update (state, finished_at) on jobs.backtest to operandi_app;
grant select, update, delete on jobs.backtest, jobs.backtest_job to operandi_worker;

-- Until now a backtest took JOBS_OPERATE: who could do it whatever the labels goes on doing so. Who could do all that an author
-- may still can.
update access.api_key set permissions = permissions || '{JOBS_BACKTEST}'
where revoked_at is null and not 'JOBS_BACKTEST' = any(permissions) and (permissions @> '{JOBS_READ,JOBS_OPERATE}'
  or permissions @> '{JOBS_READ,INTEGRATIONS_READ,AGENTS_PUBLISH,INTEGRATIONS_MANAGE,INTEGRATIONS_INVOKE}');

update access.custom_role set permissions = permissions || '{JOBS_BACKTEST}'
where deleted_at is null and not 'JOBS_BACKTEST' = any(permissions) and not conditions ?| '{JOBS_READ,JOBS_OPERATE}'
  and permissions @> '{JOBS_READ,JOBS_OPERATE}';
