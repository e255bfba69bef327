-- What people have let integrations do in their name (OAuth 2, authorization code): the refresh token, sealed, and who gave it when.
-- A row without a time of connection waits for somebody's consent.
create table integrations.consent (
  tenant_id uuid not null,
  integration_id uuid not null,
  credential_version integer not null,
  -- The refresh token; null where the authorization server gave none.
  sealed jsonb,
  scopes text[] not null default '{}',
  -- Who made the link by which it was given: `user:ID` or `api_key:ID`.
  connected_by text,
  connected_at timestamptz,
  -- When the access token ends; null for one whose end is not stated.
  expires_at timestamptz,
  refreshed_at timestamptz,
  -- Since when it counts no more, and why.
  ended_at timestamptz,
  reason text,
  primary key (tenant_id, integration_id),
  foreign key (tenant_id, integration_id) references integrations.integration (tenant_id, id)
);
alter table integrations.consent enable row level security;
alter table integrations.consent force row level security;
create policy tenant on integrations.consent to operandi_app
  using (tenant_id = access.current_tenant()) with check (tenant_id = access.current_tenant());
create policy worker on integrations.consent to operandi_worker using (true) with check (true);
create policy owner on integrations.consent to current_user using (true) with check (true);
create policy reach on integrations.consent as restrictive for select to operandi_app
  using ((select access.reach()) is null or access.reaches_integration((select access.reach()), integration_id));
grant select, insert, delete on integrations.consent to operandi_app;
-- Whoever refreshes, or is told that the consent has ended.
grant select on integrations.consent to operandi_worker;
grant update (sealed, scopes, expires_at, refreshed_at, ended_at, reason) on integrations.consent to operandi_worker;

-- Links that people are sent to, each for one consent. Of link, browser and state only hashes are kept.
create table integrations.connect_link (
  tenant_id uuid not null,
  id uuid not null,
  integration_id uuid not null,
  credential_version integer not null,
  secret_hash bytea not null,
  created_by text not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  -- The browser that opened it first: no other can go on.
  browser_hash bytea,
  state_hash bytea,
  state_until timestamptz,
  -- What has to be known again when the browser comes back, such as the code verifier.
  sealed jsonb,
  settled_at timestamptz,
  -- Why no consent came of it; null for one that did.
  failure text,
  primary key (tenant_id, id),
  foreign key (tenant_id, integration_id) references integrations.integration (tenant_id, id)
);
create index connect_link_by_integration on integrations.connect_link (tenant_id, integration_id, id);
create index connect_link_by_end on integrations.connect_link (tenant_id, expires_at);
alter table integrations.connect_link enable row level security;
alter table integrations.connect_link force row level security;
create policy tenant on integrations.connect_link to operandi_app
  using (tenant_id = access.current_tenant()) with check (tenant_id = access.current_tenant());
create policy worker on integrations.connect_link to operandi_worker using (true) with check (true);
create policy owner on integrations.connect_link to current_user using (true) with check (true);
create policy reach on integrations.connect_link as restrictive for select to operandi_app
  using ((select access.reach()) is null or access.reaches_integration((select access.reach()), integration_id));
grant select, insert, update, delete on integrations.connect_link to operandi_app;
-- For the rotation of master keys.
grant select, update (sealed) on integrations.connect_link to operandi_worker;

-- The first access token comes with the consent.
grant insert on integrations.access_token to operandi_app;
