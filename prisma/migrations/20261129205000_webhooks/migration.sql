-- Where a tenant wants to be told of events.
create table jobs.webhook (
  tenant_id uuid not null references access.tenant (id),
  id uuid not null,
  url text not null,
  description text,
  events text[] not null,
  agents text[] not null,
  secret_version integer not null default 1,
  sealed jsonb not null,
  previous_sealed jsonb,
  previous_until timestamptz,
  -- What could be seen then is not for it.
  since pg_snapshot not null default pg_current_snapshot(),
  failing_since timestamptz,
  disabled_at timestamptz,
  disabled_reason text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (tenant_id, id)
);

-- How far a tenant's events have become deliveries, see docs/adr/0001-event-order.md. Whoever claims deliveries of the tenant holds its lock.
create table jobs.webhook_feed (
  tenant_id uuid primary key references access.tenant (id),
  tx xid8 not null default pg_snapshot_xmin(pg_current_snapshot()),
  position bigint not null default 0,
  looked_at timestamptz not null default now()
);

-- One event for one endpoint: the row says what is left to do and what came of it. States are texts, as comparing an enum is
-- not leakproof and so serves no index under row-level security.
create table jobs.webhook_delivery (
  tenant_id uuid not null,
  id uuid not null,
  webhook_id uuid not null,
  -- The event, by its number in its job; none for a ping.
  job_id uuid,
  seq integer,
  type text not null,
  state text not null default 'PENDING' check (state in ('PENDING', 'DELIVERED', 'FAILED')),
  attempts integer not null default 0,
  -- Attempts since it was last asked for.
  tries integer not null default 0,
  max_tries integer not null,
  -- While it is claimed, `next_at` is the end of the lease.
  is_claimed boolean not null default false,
  claim integer not null default 0,
  next_at timestamptz default now(),
  response_status integer,
  duration_ms integer,
  error text,
  created_at timestamptz not null default now(),
  tried_at timestamptz,
  finished_at timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, webhook_id) references jobs.webhook (tenant_id, id) on delete cascade
);
create index webhook_delivery_list on jobs.webhook_delivery (tenant_id, webhook_id, id desc);
create index webhook_delivery_due on jobs.webhook_delivery (tenant_id, webhook_id, next_at) where state = 'PENDING';
create index webhook_delivery_claimed on jobs.webhook_delivery (tenant_id, webhook_id) where is_claimed;
create index webhook_delivery_over on jobs.webhook_delivery (finished_at) where finished_at is not null;

-- Each tenant sees its own; workers feed and deliver for all.
do $$
declare
  name text;
begin
  foreach name in array array['webhook', 'webhook_feed', 'webhook_delivery'] loop
    execute format('alter table jobs.%I enable row level security', name);
    execute format('alter table jobs.%I force row level security', name);
    execute format('create policy tenant on jobs.%I to operandi_app
      using (tenant_id = access.current_tenant()) with check (tenant_id = access.current_tenant())', name);
    execute format('create policy worker on jobs.%I to operandi_worker using (true) with check (true)', name);
    execute format('create policy owner on jobs.%I to current_user using (true) with check (true)', name);
  end loop;
end $$;
grant select, insert, update, delete on jobs.webhook to operandi_app;
grant select, insert on jobs.webhook_feed to operandi_app;
grant select, insert, update, delete on jobs.webhook_delivery to operandi_app;
grant select on jobs.webhook to operandi_worker;
grant update (since, failing_since, disabled_at, disabled_reason, updated_at, sealed, previous_sealed) on jobs.webhook to operandi_worker;
grant select, update on jobs.webhook_feed to operandi_worker;
grant select, insert, update, delete on jobs.webhook_delivery to operandi_worker;
