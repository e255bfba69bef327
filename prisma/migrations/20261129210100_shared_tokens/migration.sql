-- Access tokens that integrations were given: one for all processes. Whoever fetches the next one holds the claim meanwhile, so that
-- of many who need it one asks.
create table integrations.access_token (
  tenant_id uuid not null,
  integration_id uuid not null,
  credential_version integer not null default 0,
  sealed jsonb,
  expires_at timestamptz,
  claim uuid,
  claimed_until timestamptz,
  -- What came of the last try that failed; the next begins a while after.
  failed_at timestamptz,
  failure jsonb,
  primary key (tenant_id, integration_id),
  foreign key (tenant_id, integration_id) references integrations.integration (tenant_id, id)
);
alter table integrations.access_token enable row level security;
alter table integrations.access_token force row level security;
create policy tenant on integrations.access_token to operandi_app
  using (tenant_id = access.current_tenant()) with check (tenant_id = access.current_tenant());
create policy worker on integrations.access_token to operandi_worker using (true) with check (true);
create policy owner on integrations.access_token to current_user using (true) with check (true);
-- Callers destroy a token with its credential; processes fetch and keep it.
grant select, delete on integrations.access_token to operandi_app;
grant select, insert, update on integrations.access_token to operandi_worker;
