-- The roles of this database are there already: the migrator makes them, or whoever runs the server has.
create schema access;
create schema jobs;
create schema integrations;
create schema audit;

grant usage on schema access, jobs, integrations, audit to operandi_app, operandi_worker;

-- The tenant of this transaction; null when none is set, so that nothing is visible.
create function access.current_tenant() returns uuid
  language sql stable
  as $$ select nullif(current_setting('app.tenant_id', true), '')::uuid $$;

-- access ------------------------------------------------------------------------------------------------------------

create type access.role as enum ('VIEWER', 'OPERATOR', 'AUTHOR', 'APPROVER', 'AUDITOR', 'ADMIN');

create table access.tenant (
  id uuid primary key,
  name text not null,
  created_at timestamptz not null default now()
);

create table access.member (
  tenant_id uuid not null references access.tenant (id),
  id uuid not null,
  email text not null,
  name text not null,
  role access.role not null,
  subject text,
  created_at timestamptz not null default now(),
  removed_at timestamptz,
  primary key (tenant_id, id)
);
create unique index member_email_key on access.member (tenant_id, lower(email)) where removed_at is null;

create table access.api_key (
  tenant_id uuid not null references access.tenant (id),
  id uuid not null,
  name text not null,
  public_id text not null,
  secret_hash bytea not null,
  permissions text[] not null,
  created_by text not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz,
  last_used_at timestamptz,
  revoked_at timestamptz,
  primary key (tenant_id, id)
);
create unique index api_key_public_id_key on access.api_key (public_id);

-- jobs --------------------------------------------------------------------------------------------------------------

create type jobs.job_state as enum ('QUEUED', 'RUNNING', 'WAITING', 'PAUSED', 'SUCCEEDED', 'FAILED', 'CANCELLED', 'DEAD');
create type jobs.job_request as enum ('CANCEL', 'PAUSE');
create type jobs.approval_state as enum ('PENDING', 'APPROVED', 'REJECTED', 'EXPIRED', 'WITHDRAWN');

create table jobs.agent (
  tenant_id uuid not null references access.tenant (id),
  id uuid not null,
  name text not null,
  current_version int not null,
  created_at timestamptz not null default now(),
  archived_at timestamptz,
  primary key (tenant_id, id)
);
create unique index agent_name_key on jobs.agent (tenant_id, name);

create table jobs.agent_version (
  tenant_id uuid not null,
  id uuid not null,
  agent_id uuid not null,
  version int not null,
  -- The version that the document gives itself; workflows that start others may ask for it.
  document_version text,
  definition text not null,
  hash text not null,
  input_schema jsonb,
  output_schema jsonb,
  created_by text not null,
  created_at timestamptz not null default now(),
  primary key (tenant_id, id),
  foreign key (tenant_id, agent_id) references jobs.agent (tenant_id, id)
);
create unique index agent_version_number_key on jobs.agent_version (tenant_id, agent_id, version);

-- Narrow and hot: the row is the queue entry. What is large lives in jobs.job_io.
create table jobs.job (
  tenant_id uuid not null,
  id uuid not null,
  agent_id uuid not null,
  agent_version_id uuid not null,
  state jobs.job_state not null default 'QUEUED',
  priority smallint not null default 1,
  claim_key bigint not null,
  shard smallint not null default 0,
  run_at timestamptz default now(),
  owner text,
  epoch int not null default 0,
  lease_until timestamptz,
  -- Attempts lost (lease ran out, platform fault) since the last progress; at max_attempts the job is DEAD.
  attempt int not null default 0,
  max_attempts int not null default 5,
  request jobs.job_request,
  -- Counts answers to waits: a park that has not seen the newest goes back to the queue instead.
  wakes int not null default 0,
  event_seq int not null default 0,
  idempotency_key text,
  input_hash text not null,
  parent_id uuid,
  created_by text not null,
  created_at timestamptz not null default now(),
  started_at timestamptz,
  finished_at timestamptz,
  primary key (id)
) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.01);
create index job_ready on jobs.job (shard, claim_key, id) where state = 'QUEUED';
create index job_running on jobs.job (lease_until) where state = 'RUNNING';
create index job_sleeping on jobs.job (run_at) where state = 'WAITING' and run_at is not null;
create unique index job_idempotency_key on jobs.job (tenant_id, idempotency_key) where idempotency_key is not null;
create index job_list on jobs.job (tenant_id, id desc);
create index job_list_by_agent on jobs.job (tenant_id, agent_id, id desc);
create index job_list_by_state on jobs.job (tenant_id, state, id desc);
create index job_children on jobs.job (parent_id) where parent_id is not null;

create table jobs.job_io (
  tenant_id uuid not null,
  job_id uuid not null,
  input jsonb not null,
  output jsonb,
  error jsonb,
  primary key (job_id)
);

-- Results of effects: what a replay reads, in the order of position, instead of acting again. The first write of a key wins.
create table jobs.journal (
  tenant_id uuid not null,
  job_id uuid not null,
  key text not null,
  value jsonb not null,
  epoch int not null,
  at timestamptz not null default now(),
  position bigint generated always as identity,
  primary key (job_id, key)
);

-- seq is gap-free within a job; (tx, position) orders a tenant's events in commit order, see docs/adr/0001.
create table jobs.event (
  tenant_id uuid not null,
  job_id uuid not null,
  seq int not null,
  type text not null,
  key text,
  task text,
  data jsonb not null,
  at timestamptz not null default now(),
  tx xid8 not null default pg_current_xact_id(),
  position bigint generated always as identity,
  primary key (job_id, seq)
);
create unique index event_key on jobs.event (job_id, key) where key is not null;
create index event_tail on jobs.event (tenant_id, tx, position);

-- What a job waits for besides its timer, and the answer until the run has journaled it.
create table jobs.wait (
  tenant_id uuid not null,
  job_id uuid not null,
  key text not null,
  kind text not null,
  spec jsonb not null,
  answer jsonb,
  created_at timestamptz not null default now(),
  primary key (job_id, key)
);
create index wait_by_kind on jobs.wait (tenant_id, kind);
create index wait_for_child on jobs.wait (((spec ->> 'jobId')::uuid)) where kind = 'child' and answer is null;

create table jobs.approval (
  tenant_id uuid not null,
  id uuid not null,
  job_id uuid not null,
  key text not null,
  title text not null,
  description text,
  data jsonb,
  state jobs.approval_state not null default 'PENDING',
  comment text,
  decided_by text,
  created_at timestamptz not null default now(),
  expires_at timestamptz,
  decided_at timestamptz,
  primary key (tenant_id, id)
);
create unique index approval_key on jobs.approval (job_id, key);
create index approval_open on jobs.approval (tenant_id, id desc) where state = 'PENDING';

-- Events that were sent or emitted, kept once by (source, event_id) as CloudEvents 1.0 identifies them. They come in
-- one after the other within a tenant, so position is the order of their commits.
create table jobs.inbound_event (
  tenant_id uuid not null,
  id uuid not null,
  source text not null,
  event_id text not null,
  type text not null,
  event jsonb not null,
  received_at timestamptz not null default now(),
  position bigint generated always as identity,
  primary key (tenant_id, id)
);
create unique index inbound_event_identity on jobs.inbound_event (tenant_id, source, event_id);
create index inbound_event_order on jobs.inbound_event (tenant_id, position);

-- One trigger of an agent's own schedule; several of one agent are independent.
create table jobs.schedule (
  tenant_id uuid not null,
  id uuid not null,
  agent_id uuid not null,
  agent_version_id uuid not null,
  kind text not null,
  spec jsonb not null,
  -- Null: never, or not before the last job has ended (after), or when events come (on).
  next_at timestamptz,
  last_at timestamptz,
  last_job_id uuid,
  -- How far the consumption strategy of `on` has got.
  progress jsonb,
  created_at timestamptz not null default now(),
  primary key (tenant_id, id),
  foreign key (tenant_id, agent_id) references jobs.agent (tenant_id, id)
);
create unique index schedule_trigger on jobs.schedule (tenant_id, agent_id, kind);
create index schedule_due on jobs.schedule (next_at) where next_at is not null;
create index schedule_after on jobs.schedule (last_job_id) where kind = 'after' and next_at is null;

-- Values that definitions read as $secrets; only the newest version exists.
create table jobs.secret (
  tenant_id uuid not null references access.tenant (id),
  name text not null,
  version int not null,
  sealed jsonb not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (tenant_id, name)
);

-- integrations ------------------------------------------------------------------------------------------------------

create type integrations.call_state as enum ('INTENDED', 'SUCCEEDED', 'FAILED', 'UNKNOWN');

create table integrations.integration (
  tenant_id uuid not null references access.tenant (id),
  id uuid not null,
  name text not null,
  kind text not null,
  config jsonb not null,
  credential_version int not null default 0,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  deleted_at timestamptz,
  primary key (tenant_id, id)
);
create unique index integration_name_key on integrations.integration (tenant_id, name) where deleted_at is null;

create table integrations.credential (
  tenant_id uuid not null,
  integration_id uuid not null,
  version int not null,
  sealed jsonb not null,
  created_at timestamptz not null default now(),
  primary key (tenant_id, integration_id, version),
  foreign key (tenant_id, integration_id) references integrations.integration (tenant_id, id)
);

create table integrations.call (
  tenant_id uuid not null,
  id uuid not null,
  integration_id uuid not null,
  job_id uuid,
  key text,
  task text,
  operation text not null,
  state integrations.call_state not null default 'INTENDED',
  idempotency_key text,
  batch_id uuid,
  batch_size int,
  attempts int not null default 0,
  status int,
  error text,
  started_at timestamptz not null default now(),
  duration_ms int,
  primary key (tenant_id, id)
);
create index call_by_job on integrations.call (tenant_id, job_id, id) where job_id is not null;
-- A replayed effect finds its row again.
create unique index call_key on integrations.call (tenant_id, job_id, key);
create index call_by_integration on integrations.call (tenant_id, integration_id, id desc);

-- audit -------------------------------------------------------------------------------------------------------------

create table audit.event (
  tenant_id uuid not null,
  id uuid not null,
  action text not null,
  actor_kind text not null,
  actor_id text not null,
  actor_name text not null,
  target_kind text not null,
  target_id text not null,
  job_id uuid,
  request_id text,
  data jsonb not null,
  at timestamptz not null default now(),
  tx xid8 not null default pg_current_xact_id(),
  position bigint generated always as identity,
  primary key (tenant_id, id)
);
create index event_by_job on audit.event (tenant_id, job_id, position) where job_id is not null;
create index event_by_target on audit.event (tenant_id, target_kind, target_id, position);
create index event_tail on audit.event (tx, position);

-- One row seals one event into its tenant's gap-free hash chain. Nobody may change a row of either table.
create table audit.seal (
  tenant_id uuid not null,
  seq bigint not null,
  event_id uuid not null,
  previous_hash bytea not null,
  hash bytea not null,
  tx xid8 not null,
  position bigint not null,
  sealed_at timestamptz not null default now(),
  primary key (tenant_id, seq)
);
create unique index seal_event_key on audit.seal (tenant_id, event_id);
create index seal_watermark on audit.seal (tx desc, position desc);

-- rights ------------------------------------------------------------------------------------------------------------

-- Each tenant sees its own rows; the worker role sees all rows but has only the grants below.
do $$
declare
  item record;
begin
  for item in
    select schemaname, tablename from pg_tables where schemaname in ('access', 'jobs', 'integrations', 'audit')
  loop
    execute format('alter table %I.%I enable row level security', item.schemaname, item.tablename);
    execute format('alter table %I.%I force row level security', item.schemaname, item.tablename);
    execute format(
      'create policy tenant on %I.%I to operandi_app using (%s = access.current_tenant()) with check (%s = access.current_tenant())',
      item.schemaname, item.tablename,
      case when item.tablename = 'tenant' then 'id' else 'tenant_id' end,
      case when item.tablename = 'tenant' then 'id' else 'tenant_id' end);
    execute format('create policy worker on %I.%I to operandi_worker using (true) with check (true)', item.schemaname, item.tablename);
    -- Forced security binds the owner too, unless it is a superuser: its own SQL (the hot path) names the tenant itself.
    execute format('create policy owner on %I.%I to current_user using (true) with check (true)', item.schemaname, item.tablename);
  end loop;
end $$;

grant select, insert, update on access.tenant, access.member, access.api_key to operandi_app;
grant select, insert, update on jobs.agent, jobs.job, jobs.job_io, jobs.approval to operandi_app;
grant select, insert on jobs.agent_version, jobs.event, jobs.journal, jobs.inbound_event to operandi_app;
grant select, insert, update, delete on jobs.wait, jobs.schedule, jobs.secret to operandi_app;
grant delete on jobs.journal to operandi_app;
grant select, insert, update on integrations.integration, integrations.call to operandi_app;
grant select, insert, delete on integrations.credential to operandi_app;
grant select, insert on audit.event to operandi_app;
grant select on audit.seal to operandi_app;

grant select on all tables in schema access, jobs, integrations, audit to operandi_worker;
grant update (last_used_at) on access.api_key to operandi_worker;
grant insert, update on jobs.job, jobs.job_io, jobs.approval to operandi_worker;
grant insert on jobs.event, jobs.journal, jobs.inbound_event to operandi_worker;
grant insert, update, delete on jobs.wait to operandi_worker;
grant update on jobs.schedule to operandi_worker;
grant insert, update on integrations.call to operandi_worker;
grant insert on audit.event, audit.seal to operandi_worker;
