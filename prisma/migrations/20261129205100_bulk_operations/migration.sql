-- One act for all jobs that a filter shows, worked off in chunks. States and acts are texts, as comparing an enum is not leakproof.
create table jobs.bulk_operation (
  tenant_id uuid not null references access.tenant (id),
  id uuid not null,
  act text not null check (act in ('CANCEL', 'PAUSE', 'RESUME', 'REDRIVE')),
  state text not null default 'RUNNING' check (state in ('RUNNING', 'FINISHED', 'CANCELLED')),
  filter jsonb not null,
  options jsonb not null,
  -- Who asked for it, and answers for it.
  actor_kind text not null,
  actor_id text not null,
  actor_name text not null,
  matched integer not null,
  done integer not null default 0,
  skipped integer not null default 0,
  failed integer not null default 0,
  error text,
  -- All jobs up to this one are dealt with, and which are dealt with now.
  after_id uuid,
  chunk uuid[] not null default '{}',
  claim integer not null default 0,
  claimed_until timestamptz,
  looked_at timestamptz not null default now(),
  created_at timestamptz not null default now(),
  finished_at timestamptz,
  primary key (tenant_id, id)
);
create index bulk_operation_list on jobs.bulk_operation (tenant_id, id desc);
create index bulk_operation_running on jobs.bulk_operation (looked_at) where state = 'RUNNING';

-- Each tenant sees its own; workers work off those of all.
alter table jobs.bulk_operation enable row level security;
alter table jobs.bulk_operation force row level security;
create policy tenant on jobs.bulk_operation to operandi_app
  using (tenant_id = access.current_tenant()) with check (tenant_id = access.current_tenant());
create policy worker on jobs.bulk_operation to operandi_worker using (true) with check (true);
create policy owner on jobs.bulk_operation to current_user using (true) with check (true);
grant select, insert, update on jobs.bulk_operation to operandi_app;
grant select, update, delete on jobs.bulk_operation to operandi_worker;
