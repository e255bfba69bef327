-- Where outside systems post signed webhooks to; each one becomes an event of the tenant.
create table jobs.inbound_webhook (
  tenant_id uuid not null references access.tenant (id),
  id uuid not null,
  -- Part of the source of its events, so it never changes.
  name text not null,
  scheme text not null check (scheme in ('STANDARD', 'GITHUB', 'SLACK', 'STRIPE', 'HMAC')),
  -- How the scheme HMAC signs; null for the others.
  hmac jsonb check ((hmac is null) = (scheme <> 'HMAC')),
  description text,
  secret_version integer not null default 1,
  sealed jsonb not null,
  previous_sealed jsonb,
  previous_until timestamptz,
  disabled_at timestamptz,
  received_at timestamptz,
  refused_at timestamptz,
  refusal text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (tenant_id, id),
  unique (tenant_id, name)
);
alter table jobs.inbound_webhook enable row level security;
alter table jobs.inbound_webhook force row level security;
create policy tenant on jobs.inbound_webhook to operandi_app
  using (tenant_id = access.current_tenant()) with check (tenant_id = access.current_tenant());
create policy worker on jobs.inbound_webhook to operandi_worker using (true) with check (true);
create policy owner on jobs.inbound_webhook to current_user using (true) with check (true);
grant select, insert, update, delete on jobs.inbound_webhook to operandi_app;
grant select on jobs.inbound_webhook to operandi_worker;
-- The secrets for moving them under a newer master key; the others for what senders have posted, who have no rights of their own.
grant update (sealed, previous_sealed, received_at, refused_at, refusal) on jobs.inbound_webhook to operandi_worker;
