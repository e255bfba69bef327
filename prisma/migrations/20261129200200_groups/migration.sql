-- Members of a tenant by a common name: approvals may ask for one of them, and a role of the group is also each member's.
create table access.member_group (
  tenant_id uuid not null references access.tenant (id),
  id uuid not null,
  name text not null,
  role access.role,
  custom_role_id uuid,
  created_at timestamptz not null default now(),
  deleted_at timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, custom_role_id) references access.custom_role (tenant_id, id),
  check (num_nonnulls(role, custom_role_id) <= 1)
);
create unique index member_group_name_key on access.member_group (tenant_id, lower(name)) where deleted_at is null;

create table access.group_membership (
  tenant_id uuid not null references access.tenant (id),
  group_id uuid not null,
  member_id uuid not null,
  added_at timestamptz not null default now(),
  primary key (tenant_id, group_id, member_id),
  foreign key (tenant_id, group_id) references access.member_group (tenant_id, id),
  foreign key (tenant_id, member_id) references access.member (tenant_id, id)
);
create index group_membership_by_member on access.group_membership (tenant_id, member_id);

do $$
declare
  item text;
begin
  foreach item in array array['member_group', 'group_membership'] loop
    execute format('alter table access.%I enable row level security', item);
    execute format('alter table access.%I force row level security', item);
    execute format(
      'create policy tenant on access.%I to operandi_app using (tenant_id = access.current_tenant()) with check (tenant_id = access.current_tenant())',
      item);
    execute format('create policy owner on access.%I to current_user using (true) with check (true)', item);
    execute format('create policy gateway on access.%I for select to operandi_gateway using (true)', item);
  end loop;
end $$;
grant select, insert, update on access.member_group to operandi_app;
grant select, insert, delete on access.group_membership to operandi_app;
grant select on access.member_group, access.group_membership to operandi_gateway;

-- The claim in which an issuer names groups of who comes; null where it says nothing of them.
alter table access.identity_provider add column group_claim text;

-- What it named when somebody signed in.
alter table access.session add column groups text[] not null default '{}';
grant select (groups) on access.session to operandi_gateway;

-- The one without groups stays for gateways that have not been started anew yet. Of a live member, and of a live provider that their issuer is.
create function access.start_session(
  wanted_tenant uuid, new_id uuid, wanted_member uuid, wanted_provider uuid, new_kind text, new_public_id text, new_hash bytea,
  new_agent text, begins_at timestamptz, ends_at timestamptz, idle int, named_groups text[], event_id uuid, request text
) returns boolean
  language sql security definer set search_path = pg_catalog, pg_temp
  as $$
    with begun as (
      insert into access.session
        (tenant_id, id, member_id, provider_id, kind, public_id, secret_hash, agent, created_at, expires_at, idle_seconds, groups)
      select member.tenant_id, new_id, member.id, provider.id, new_kind, new_public_id, new_hash, new_agent, begins_at, ends_at, idle,
        named_groups
      from access.member join access.identity_provider as provider
        on provider.tenant_id = member.tenant_id and provider.issuer = member.issuer
      where member.tenant_id = wanted_tenant and member.id = wanted_member and member.removed_at is null
        and provider.id = wanted_provider and provider.removed_at is null
      returning tenant_id, id, member_id, kind
    ), told as (
      insert into audit.event
        (tenant_id, id, action, actor_kind, actor_id, actor_name, target_kind, target_id, request_id, data)
      select begun.tenant_id, event_id, 'session.start', 'user', member.id::text, member.name, 'session', begun.id::text, request,
        jsonb_build_object('kind', begun.kind)
      from begun join access.member on member.tenant_id = begun.tenant_id and member.id = begun.member_id
    )
    select exists (select from begun)
  $$;
revoke execute on function
  access.start_session(uuid, uuid, uuid, uuid, text, text, bytea, text, timestamptz, timestamptz, int, text[], uuid, text)
  from public;
grant execute on function
  access.start_session(uuid, uuid, uuid, uuid, text, text, bytea, text, timestamptz, timestamptz, int, text[], uuid, text)
  to operandi_gateway;
