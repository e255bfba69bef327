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

-- The same borders as around API keys, whatever the roles of this database are called; who notes the use of a key looks after
-- sessions and binds subjects too.
do $$
declare
  wanted text;
  item record;
begin
  foreach wanted in array array['identity_provider', 'session'] loop
    execute format('alter table access.%I enable row level security', wanted);
    execute format('alter table access.%I force row level security', wanted);
    for item in select policyname, roles, qual, with_check from pg_policies where schemaname = 'access' and tablename = 'api_key' loop
      execute format('create policy %I on access.%I to %s using (%s) with check (%s)', item.policyname, wanted,
        (select string_agg(quote_ident(role), ', ') from unnest(item.roles) as role), item.qual, item.with_check);
    end loop;
    for item in
      select acl.grantee::regrole as grantee, acl.privilege_type as privilege
      from pg_class, aclexplode(relacl) as acl
      where oid = 'access.api_key'::regclass and acl.grantee not in (0, relowner)
    loop
      execute format('grant %s on access.%I to %s', item.privilege, wanted, item.grantee);
    end loop;
  end loop;
  for item in
    select acl.grantee::regrole as grantee
    from pg_attribute, aclexplode(attacl) as acl
    where attrelid = 'access.api_key'::regclass and attname = 'last_used_at' and acl.privilege_type = 'UPDATE'
  loop
    execute format('grant insert on access.session to %s', item.grantee);
    execute format('grant update (last_used_at, ended_at) on access.session to %s', item.grantee);
    execute format('grant update (subject, issuer) on access.member to %s', item.grantee);
  end loop;
end $$;
