-- Where a tenant's sealed events are sent to, and how far they are.
create table audit.stream (
  tenant_id uuid not null,
  id uuid not null,
  name text not null,
  format text not null check (format in ('NATIVE', 'OCSF')),
  config jsonb not null,
  -- What HTTPS is signed with.
  sealed jsonb,
  -- The number of the last event that has arrived, and of the last one of the batch that is being tried: a repetition has the same events.
  sent bigint not null,
  batch_to bigint,
  -- Events that were forgotten before they were sent.
  skipped bigint not null default 0,
  claim integer not null default 0,
  lease_until timestamptz,
  next_at timestamptz not null default now(),
  failures integer not null default 0,
  failing_since timestamptz,
  error text,
  sent_at timestamptz,
  paused_at timestamptz,
  test_asked_at timestamptz,
  tested_at timestamptz,
  test_error text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (tenant_id, id)
);
create unique index stream_by_name on audit.stream (tenant_id, name);
create index stream_due on audit.stream (next_at) where paused_at is null;

alter table audit.stream enable row level security;
alter table audit.stream force row level security;
create policy tenant on audit.stream to operandi_app
  using (tenant_id = access.current_tenant()) with check (tenant_id = access.current_tenant());
create policy worker on audit.stream to operandi_worker using (true) with check (true);
create policy owner on audit.stream to current_user using (true) with check (true);
grant select, insert, delete on audit.stream to operandi_app;
grant update (paused_at, next_at, failures, failing_since, error, test_asked_at, tested_at, test_error, updated_at)
  on audit.stream to operandi_app;
grant select on audit.stream to operandi_worker;
grant update (sent, batch_to, skipped, claim, lease_until, next_at, failures, failing_since, error, sent_at, test_asked_at,
  tested_at, test_error, sealed) on audit.stream to operandi_worker;
