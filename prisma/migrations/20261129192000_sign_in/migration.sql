-- Where the people and machines of a tenant prove who they are: an OpenID Connect issuer, and what its tokens have to say.
create table access.identity_provider (
  tenant_id uuid not null references access.tenant (id),
  id uuid not null,
  name text not null,
  issuer text not null,
  -- What tokens that are sent as bearers have to be made for; null where none are taken.
  audience text,
  -- The client that people sign in with; null where nobody does.
  client_id text,
  -- Where the keys are, if not where the issuer's own description says.
  jwks_url text,
  algorithms text[] not null,
  token_types text[] not null,
  -- The claim that names roles; null where membership does.
  role_claim text,
  created_at timestamptz not null default now(),
  removed_at timestamptz,
  primary key (tenant_id, id)
);
-- A token belongs to one tenant, whichever asks for it.
create unique index identity_provider_audience_key on access.identity_provider (issuer, audience) where removed_at is null;
create unique index identity_provider_client_key on access.identity_provider (issuer, client_id) where removed_at is null;

-- Once a person has signed in, it is the subject that is them, whoever has their address later.
alter table access.member add column issuer text;
create unique index member_subject_key on access.member (tenant_id, issuer, subject)
  where removed_at is null and issuer is not null;

-- A person who signed in, on a page or at a command line. Only the hash of the secret is kept.
create table access.session (
  tenant_id uuid not null references access.tenant (id),
  id uuid not null,
  member_id uuid not null,
  provider_id uuid not null,
  kind text not null check (kind in ('PAGE', 'CLI')),
  public_id text not null,
  secret_hash bytea not null,
  agent text,
  created_at timestamptz not null default now(),
  last_used_at timestamptz,
  idle_seconds int not null check (idle_seconds > 0),
  expires_at timestamptz not null,
  ended_at timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, member_id) references access.member (tenant_id, id),
  foreign key (tenant_id, provider_id) references access.identity_provider (tenant_id, id)
);
create unique index session_public_id_key on access.session (public_id);
create index session_by_member on access.session (tenant_id, member_id, id);

-- Each tenant sees its own; nobody else has a right here but who owns the tables.
alter table access.identity_provider enable row level security;
alter table access.identity_provider force row level security;
create policy tenant on access.identity_provider to operandi_app
  using (tenant_id = access.current_tenant()) with check (tenant_id = access.current_tenant());
create policy owner on access.identity_provider to current_user using (true) with check (true);
grant select, insert, update on access.identity_provider to operandi_app;

-- Sessions begin at the gateway; a tenant sees them and ends them.
alter table access.session enable row level security;
alter table access.session force row level security;
create policy tenant on access.session to operandi_app
  using (tenant_id = access.current_tenant()) with check (tenant_id = access.current_tenant());
create policy owner on access.session to current_user using (true) with check (true);
grant select, update (ended_at) on access.session to operandi_app;
